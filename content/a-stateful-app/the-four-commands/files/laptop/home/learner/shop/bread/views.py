from django.shortcuts import render

from .models import Loaf


def front_page(request):
    return render(request, "bread/front-page.html", {"loaves": Loaf.objects.all()})
