import threading

current = threading.local()


def count_requests(get_response):
    def middleware(request):
        current.count = getattr(current, "count", 0) + 1
        response = get_response(request)
        response["X-Requests"] = current.count
        return response

    return middleware
