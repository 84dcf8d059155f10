from django.core.files.storage import default_storage
from django.http import HttpResponse
from django.shortcuts import redirect, render

ENDINGS = (".jpg", ".jpeg", ".png", ".webp")


def front_page(request):
    if request.method == "POST":
        picture = request.FILES.get("picture")
        if picture is None or not picture.name.lower().endswith(ENDINGS):
            return HttpResponse("A picture, please.\n", status=400)
        default_storage.save(picture.name, picture)
        return redirect("/")
    return render(request, "bread/front-page.html", {"pictures": pictures()})


def pictures():
    """The addresses of what guests have sent, from wherever it is kept."""
    try:
        folders, files = default_storage.listdir("")
    except FileNotFoundError:
        return []
    return [default_storage.url(name) for name in sorted(files) if name.lower().endswith(ENDINGS)]
