from django.core.files.storage import default_storage
from django.http import Http404
from django.shortcuts import redirect, render
from django.views.static import serve


def wall(request):
    """The wall of pictures, and a form for a new one."""
    if request.method == "POST" and "picture" in request.FILES:
        picture = request.FILES["picture"]
        default_storage.save(picture.name, picture)
        return redirect("/")
    try:
        names = sorted(default_storage.listdir("")[1])
    except FileNotFoundError:
        names = []
    pictures = [{"name": name, "address": default_storage.url(name)} for name in names]
    return render(request, "wall.html", {"pictures": pictures})


def picture(request, name):
    """One picture, where it is kept on this machine's disk."""
    try:
        root = default_storage.base_location
    except AttributeError:
        raise Http404
    return serve(request, name, document_root=root)
