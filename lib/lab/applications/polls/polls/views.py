import asyncio
import os

from django.core.cache import caches
from django.core.mail import send_mail
from django.db.models import F
from django.http import HttpResponseRedirect, JsonResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.views import generic

from .models import Choice, Question


class IndexView(generic.ListView):
    template_name = "polls/index.html"
    context_object_name = "latest_question_list"

    def get_queryset(self):
        return Question.objects.filter(pub_date__lte=timezone.now()).order_by("-pub_date")[:5]


class DetailView(generic.DetailView):
    model = Question
    template_name = "polls/detail.html"

    def get_queryset(self):
        return Question.objects.filter(pub_date__lte=timezone.now())


class ResultsView(generic.DetailView):
    model = Question
    template_name = "polls/results.html"


def vote(request, question_id):
    question = get_object_or_404(Question, pk=question_id)
    try:
        selected = question.choice_set.get(pk=request.POST["choice"])
    except (KeyError, Choice.DoesNotExist):
        return render(request, "polls/detail.html", {"question": question, "error_message": "You didn't select a choice."})
    selected.votes = F("votes") + 1
    selected.save()
    return HttpResponseRedirect(reverse("polls:results", args=(question.id,)))


async def later(request):
    await asyncio.sleep(0.01)
    return JsonResponse({"questions": await Question.objects.acount()})


def state(request):
    request.session["visits"] = request.session.get("visits", 0) + 1
    for name in ("default", "files"):
        caches[name].get_or_set("first", os.getpid())
        caches[name].add("hits", 0)
    send_mail("Visit", "Somebody came.", "polls@example.com", ["ann@example.com"])
    return JsonResponse({"visits": request.session["visits"], "hits": [caches[name].incr("hits") for name in ("default", "files")]})
