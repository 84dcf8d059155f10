"""Shows what the server hands over with each request."""


def application(environ, start_response):
    lines = [f"{name} = {environ[name]!r}\n" for name in sorted(environ)]
    start_response("200 OK", [("Content-Type", "text/plain; charset=utf-8")])
    return ["".join(lines).encode()]
