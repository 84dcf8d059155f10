"""Counts the visitors of the bakery's page."""

visits = 0


def application(environ, start_response):
    global visits
    visits = visits + 1
    start_response("200 OK", [("Content-Type", "text/plain; charset=utf-8")])
    return [f"You are visitor {visits}.\n".encode()]
