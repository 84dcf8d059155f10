from django.http import HttpResponse
from django.urls import path


def front_page(request):
    # request.META is the environ that the server handed over.
    server = request.META.get("SERVER_SOFTWARE", "a server that does not say its name")
    return HttpResponse(f"<title>Harbor Bakery</title>\n<h1>Harbor Bakery</h1>\n<p>Served by {server}.</p>\n")


urlpatterns = [path("", front_page)]
