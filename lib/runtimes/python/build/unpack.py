"""Run by the build inside our interpreter: unpacks the standard library below /usr/local/lib/python3.14 and adds what it lacks."""

import compileall
import os
import py_compile
import shutil
import sys
import zipfile

LIBRARY = "/usr/local/lib/python3.14"

# Pyodide's own layer, and what only it uses.
LEFT_OUT = ("_pyodide/", "pyodide/", "site-packages/", "_sysconfigdata__")

with zipfile.ZipFile("/usr/local/lib/python314.zip") as archive:
    for info in archive.infolist():
        if not info.filename.startswith(LEFT_OUT):
            archive.extract(info, LIBRARY)

for folder in ("lib-dynload", "site-packages"):
    os.makedirs(f"{LIBRARY}/{folder}", exist_ok=True)
for name in sorted(os.listdir("/slipway/library")):
    if name.endswith(".py") or name == "ensurepip":
        copy = shutil.copytree if os.path.isdir(f"/slipway/library/{name}") else shutil.copyfile
        copy(f"/slipway/library/{name}", f"{LIBRARY}/{name}")

# Checked hashes: bytecode stays valid whatever the times of the files say.
compileall.compile_dir(LIBRARY, quiet=2, invalidation_mode=py_compile.PycInvalidationMode.CHECKED_HASH, workers=1)
