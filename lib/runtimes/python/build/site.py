"""Run by the build inside our interpreter: installs below the machine's site-packages what the snapshot imports (preload.py), and nothing else:
what is in the memory of every process must not depend on what else pip offers."""

import json
import os
import shutil
import zipfile

SITE = "/usr/local/lib/python3.14/site-packages"
WANTED = ["pip", "django", "flask", "markupsafe"]

with open("/slipway/wheels/contents.json") as file:
    wheels = {wheel["name"]: (name, wheel["needs"]) for name, wheel in json.load(file).items()}
names = set()
while WANTED:
    name = WANTED.pop()
    if name in wheels and name not in names:
        names.add(name)
        WANTED.extend(wheels[name][1])

shutil.rmtree(SITE, ignore_errors=True)
os.makedirs(SITE)
for name in sorted(names):
    with zipfile.ZipFile(f"/slipway/wheels/{wheels[name][0]}") as archive:
        archive.extractall(SITE)
