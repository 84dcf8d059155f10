"""The menu of the Harbor Bakery, and a kit of pictures for the newspaper."""

import subprocess
from pathlib import Path

import markdown
from flask import Flask, render_template, send_file
from loaf import per_kilo

here = Path(__file__).parent
app = Flask(__name__)

BREADS = [("Lighthouse rye", 4.20, 750), ("Ferry roll", 0.60, 80), ("Pier baguette", 2.40, 300)]


@app.get("/")
def menu():
    text = markdown.markdown((here / "welcome.md").read_text())
    breads = [(name, price, per_kilo(price, grams)) for name, price, grams in BREADS]
    return render_template("menu.html", text=text, breads=breads)


@app.get("/press-kit")
def press_kit():
    kit = Path("/tmp/press-kit.zip")
    kit.unlink(missing_ok=True)
    subprocess.run(["zip", "-q", "-j", kit, *sorted((here / "pictures").iterdir())], check=True)
    return send_file(kit, mimetype="application/zip", download_name="harbor-bakery.zip")
