"""The bakery's board: what is fresh today. Needs nothing but Python."""

import argparse
import os
import socket
import time
from wsgiref.simple_server import WSGIRequestHandler, make_server

NOTICE = "Fresh at seven."
PAGE = """<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><title>Harbor Bakery</title></head>
<body>
<h1>Harbor Bakery</h1>
<p>{notice}</p>
<p>You are visitor number {visitor}. Answered by {machine}.</p>
</body>
</html>
"""

options = argparse.ArgumentParser()
options.add_argument("--token", default=os.environ.get("BOARD_TOKEN"), help="what the tills must know to read the orders")
token = options.parse_args().token
if not token:
    raise SystemExit("board.py: no token; set BOARD_TOKEN, or give --token")

visitors = 0


def application(environ, start_response):
    global visitors
    status, kind, body = "200 OK", "text/plain", "fine\n"
    if environ["PATH_INFO"] == "/orders":
        if environ.get("HTTP_AUTHORIZATION") == f"Bearer {token}":
            body = "3 Lighthouse rye, for Odile\n1 Pier baguette, for Ben\n"
        else:
            status, body = "401 Unauthorized", "Who are you?\n"
    elif environ["PATH_INFO"] == "/":
        visitors += 1
        kind, body = "text/html; charset=utf-8", PAGE.format(notice=NOTICE, visitor=visitors, machine=socket.gethostname())
    elif environ["PATH_INFO"] != "/health":
        status, body = "404 Not Found", "There is no such page.\n"
    start_response(status, [("Content-Type", kind)])
    return [body.encode()]


class Quiet(WSGIRequestHandler):
    def log_message(self, *arguments):
        pass


print("reading the recipes, which takes a moment", flush=True)
time.sleep(3)
with make_server("0.0.0.0", 8000, application, handler_class=Quiet) as server:
    print("ready on port 8000", flush=True)
    server.serve_forever()
