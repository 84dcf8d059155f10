"""Run by the build inside our interpreter: installs every wheel below the machine's site-packages, for the snapshot to import."""

import os
import shutil
import zipfile

SITE = "/usr/local/lib/python3.14/site-packages"
shutil.rmtree(SITE, ignore_errors=True)
os.makedirs(SITE)
for name in sorted(os.listdir("/slipway/wheels")):
    if name.endswith(".whl"):
        with zipfile.ZipFile(f"/slipway/wheels/{name}") as archive:
            archive.extractall(SITE)
