from django.http import HttpResponse, HttpResponseForbidden


def front_page(request):
    return HttpResponse("Rye, rolls and baguettes. Open from seven.\n", content_type="text/plain")


def kitchen(request):
    """For bakers only. Who somebody is stands in the session, and the session in a cookie that Django has signed."""
    baker = request.session.get("baker")
    if baker is None:
        return HttpResponseForbidden("Bakers only.\n", content_type="text/plain")
    return HttpResponse(f"Good morning, {baker}. The safe is 4711.\n", content_type="text/plain")
