from django.shortcuts import get_object_or_404, render

from .models import Loaf


def front_page(request):
    return render(request, "bread/front-page.html", {"loaves": Loaf.objects.all()})


def loaf_page(request, number):
    loaf = get_object_or_404(Loaf, pk=number)
    following = Loaf.objects.filter(name__gt=loaf.name)[0]
    return render(request, "bread/loaf.html", {"loaf": loaf, "following": following})
