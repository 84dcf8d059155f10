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

# sysconfig's variables, under the name that it looks for when sys.platform is "linux", with this machine's prefix.
with zipfile.ZipFile("/usr/local/lib/python314.zip") as archive:
    original = next(name for name in archive.namelist() if name.startswith("_sysconfigdata__"))
    namespace = {}
    exec(archive.read(original), namespace)
variables = {
    name: value
    for name, value in namespace["build_time_vars"].items()
    if not isinstance(value, str) or not ("/" in value or "emscripten" in value or "emcc" in value.lower())
}
variables.update(
    prefix="/usr/local",
    exec_prefix="/usr/local",
    installed_base="/usr/local",
    installed_platbase="/usr/local",
    BINDIR="/usr/local/bin",
    LIBDIR="/usr/local/lib",
    LIBDEST="/usr/local/lib/python3.14",
    BINLIBDEST="/usr/local/lib/python3.14",
    MACHDEP="linux",
    HOST_GNU_TYPE="wasm32-unknown-linux",
    EXT_SUFFIX=".cpython-314-wasm32-linux.so",
    SOABI="cpython-314-wasm32-linux",
    INSTSONAME="",
    LDLIBRARY="",
    LIBRARY="",
)
with open(f"{LIBRARY}/{original.replace('__emscripten', '__linux')}", "w") as file:
    file.write(f"build_time_vars = {variables!r}\n")

for folder in ("lib-dynload", "site-packages"):
    os.makedirs(f"{LIBRARY}/{folder}", exist_ok=True)
for name in sorted(os.listdir("/slipway/library")):
    if not name.startswith("__"):
        copy = shutil.copytree if os.path.isdir(f"/slipway/library/{name}") else shutil.copyfile
        copy(f"/slipway/library/{name}", f"{LIBRARY}/{name}")

# zoneinfo looks for the time zones of the machine, then for this package; here the package stands for what Debian has in /usr/share/zoneinfo.
wheel = next(name for name in os.listdir("/slipway/downloads") if name.startswith("tzdata-"))
with zipfile.ZipFile(f"/slipway/downloads/{wheel}") as archive:
    for info in archive.infolist():
        if info.filename.startswith("tzdata/"):
            archive.extract(info, LIBRARY)

# Checked hashes: bytecode stays valid whatever the times of the files say.
compileall.compile_dir(LIBRARY, quiet=2, invalidation_mode=py_compile.PycInvalidationMode.CHECKED_HASH, workers=1)
