"""A guest: opens the wall, picks a picture and sends the form, as a browser does.    send.py FILE [ADDRESS]"""

import http.cookiejar
import pathlib
import re
import sys
import urllib.request

file = pathlib.Path(sys.argv[1])
wall = sys.argv[2] if len(sys.argv) > 2 else "http://localhost:8000/"
browser = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(http.cookiejar.CookieJar()))
page = browser.open(wall).read().decode()
token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page)[1]
fields = [
    b'Content-Disposition: form-data; name="csrfmiddlewaretoken"\r\n\r\n' + token.encode(),
    f'Content-Disposition: form-data; name="picture"; filename="{file.name}"\r\nContent-Type: image/png\r\n\r\n'.encode() + file.read_bytes(),
]
body = b"".join(b"--border\r\n" + field + b"\r\n" for field in fields) + b"--border--\r\n"
request = urllib.request.Request(wall, body, {"Content-Type": "multipart/form-data; boundary=border"})
page = browser.open(request).read().decode()
print("The wall shows:", ", ".join(re.findall(r"<figcaption>(.*?)</figcaption>", page)) or "nothing")
