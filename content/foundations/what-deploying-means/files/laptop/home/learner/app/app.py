"""The counter of Harbor Bakery: every answer is made when somebody asks for it."""

from datetime import datetime, timezone

from flask import Flask, request
from markupsafe import escape

app = Flask(__name__)
visits = 0


@app.get("/")
def counter():
    global visits
    visits += 1
    name = escape(request.args.get("name", "stranger"))
    now = datetime.now(timezone.utc)
    return (
        f"<h1>Hello, {name}!</h1>\n"
        f"<p>You are visitor number {visits}.</p>\n"
        f"<p>This answer was made at {now:%H:%M:%S} UTC.</p>\n"
    )


@app.get("/health")
def health():
    """For whoever watches over the app. Asking here is no visit."""
    return {"status": "ok", "visits": visits}
