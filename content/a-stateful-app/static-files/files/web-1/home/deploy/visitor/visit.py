"""
A regular guest of the shop: asks for the front page and its style sheet, as a browser does, and keeps what it may keep.

    python3 visit.py              visits http://shop.test/
    python3 visit.py PICTURE      sends a picture
"""

import json
import pathlib
import re
import sys
import urllib.error
import urllib.parse
import urllib.request
from http.cookiejar import CookieJar

SHOP = "http://shop.test/"
KEPT = pathlib.Path(__file__).with_name("kept.json")  # what a browser calls its cache

browser = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(CookieJar()))


def visit():
    page = browser.open(SHOP).read().decode()
    address = urllib.parse.urljoin(SHOP, re.search(r'rel="stylesheet" href="([^"]+)"', page)[1])
    kept = json.loads(KEPT.read_text()) if KEPT.exists() else {}
    if address in kept:
        style, whence = kept[address], "kept from an earlier visit, did not ask"
    else:
        try:
            answer = browser.open(address)
        except urllib.error.HTTPError as error:
            print("style sheet  ", address, f"({error.code} {error.reason})")
            print("I see        ", "a bare page")
            return
        style, whence = answer.read().decode(), "asked the server"
        seconds = re.search(r"max-age=(\d+)", answer.headers.get("Cache-Control", ""))
        if seconds and int(seconds[1]) > 0:
            whence += f", may keep it for {int(seconds[1]) / 86400:g} days"
            KEPT.write_text(json.dumps(kept | {address: style}))
    print("page         ", SHOP, "(asked the server)")
    print("style sheet  ", address, f"({whence})")
    print("I see h1 in  ", re.search(r"h1\s*{[^}]*?color:\s*([^;}]+)", style)[1].strip())


def send(path):
    page = browser.open(SHOP).read().decode()
    token = re.search(r'csrfmiddlewaretoken" value="([^"]+)"', page)[1]
    picture = pathlib.Path(path)
    edge = "breakfast-breakfast"
    body = (
        f'--{edge}\r\nContent-Disposition: form-data; name="csrfmiddlewaretoken"\r\n\r\n{token}\r\n'
        f'--{edge}\r\nContent-Disposition: form-data; name="picture"; filename="{picture.name}"\r\n\r\n'
    ).encode() + picture.read_bytes() + f"\r\n--{edge}--\r\n".encode()
    browser.open(urllib.request.Request(SHOP, body, {"Content-Type": f"multipart/form-data; boundary={edge}"}))
    print("sent", picture.name)


if len(sys.argv) > 1:
    send(sys.argv[1])
else:
    visit()
