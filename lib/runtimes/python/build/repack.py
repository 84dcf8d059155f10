"""Run by the build inside our interpreter: makes of each wheel one that pip installs fast and that runs here.

Compiled extensions are left out (each of these packages has a pure fallback, which is why it is offered), translations are kept only in
compiled form, and bytecode is added, made by this very interpreter, as `pip install` would make it at the end. Files are stored, not
compressed: the whole folder is compressed for the way to the browser, and unpacking then costs nothing.
"""

import base64
import csv
import hashlib
import importlib._bootstrap_external as bootstrap
import importlib.util
import io
import json
import os
import re
import zipfile

SITE = "/usr/local/lib/python3.14/site-packages"
SOURCE = "/slipway/downloads"
TARGET = "/slipway/wheels"
# Packages of ours: a folder each, laid out as a wheel.
OWN = "/slipway/own"
TAG = re.compile(r"^(.+?-[^-]+)-.*\.whl$")
# Source files of translations, tests that packages carry along, and 4,000 files of types of other packages (jedi does without).
LEFT_OUT = re.compile(r"\.(so|po|pot|pyx|pxd|c)$|^sqlalchemy/testing/|^greenlet/tests/|^jedi/third_party/(typeshed/stubs|django-stubs)/")
# What a package says it does without on Emscripten, which the interpreter is made with, though it calls the machine Linux.
NOT_HERE = re.compile(r"^Requires-Dist: .*sys_platform != ['\"]emscripten['\"].*\n", re.M)
EPOCH = (2026, 1, 1, 0, 0, 0)


def digest(data):
    return "sha256=" + base64.urlsafe_b64encode(hashlib.sha256(data).digest()).rstrip(b"=").decode()


def normal(name):
    """Names of packages as they are compared (PEP 503)."""
    return re.sub(r"[-_.]+", "-", name).lower()


def bytecode(name, source):
    path = f"{SITE}/{name}"
    code = compile(source, path, "exec", dont_inherit=True)
    return bytes(bootstrap._code_to_hash_pyc(code, importlib.util.source_hash(source), True))


def own(folder):
    files = {}
    for place, _, names in os.walk(f"{OWN}/{folder}"):
        for name in names:
            path = f"{place}/{name}"
            if "__pycache__" not in path:
                with open(path, "rb") as file:
                    files[path.removeprefix(f"{OWN}/{folder}/")] = file.read()
    return files


def repack(file_name):
    with zipfile.ZipFile(f"{SOURCE}/{file_name}") as archive:
        files = {info.filename: archive.read(info) for info in archive.infolist() if not info.is_dir()}
    return write(files, TAG.match(file_name)[1])


def write(files, stem):
    info_folder = next(name.split("/")[0] for name in files if name.endswith(".dist-info/WHEEL"))
    record = f"{info_folder}/RECORD"
    files.pop(record, None)
    files = {name: data for name, data in files.items() if not LEFT_OUT.search(name)}
    wheel = files[f"{info_folder}/WHEEL"].decode()
    wheel = re.sub(r"^Tag: .*$", "", wheel, flags=re.M).rstrip("\n") + "\nTag: py3-none-any\n"
    wheel = wheel.replace("Root-Is-Purelib: false", "Root-Is-Purelib: true")
    files[f"{info_folder}/WHEEL"] = re.sub(r"\n\n+", "\n", wheel).encode()
    metadata = NOT_HERE.sub("", files[f"{info_folder}/METADATA"].decode())
    files[f"{info_folder}/METADATA"] = metadata.encode()
    for name in [name for name in files if name.endswith(".py") and ".data/" not in name]:
        try:
            compiled = bytecode(name, files[name])
        except SyntaxError:
            continue  # templates of projects look like Python, and are not
        folder, _, module = name.rpartition("/")
        files[f"{folder}/__pycache__/{module[:-3]}.cpython-314.pyc".lstrip("/")] = compiled
    rows = [(name, digest(data), len(data)) for name, data in files.items()] + [(record, "", "")]
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows(rows)
    files[record] = text.getvalue().encode()
    target = f"{stem}-py3-none-any.whl"
    with zipfile.ZipFile(f"{TARGET}/{target}", "w", zipfile.ZIP_STORED) as archive:
        for name, data in files.items():
            info = zipfile.ZipInfo(name, EPOCH)
            info.external_attr = 0o644 << 16
            archive.writestr(info, data)
    with open(f"{TARGET}/{target}", "rb") as file:
        whole = file.read()
    with zipfile.ZipFile(f"{TARGET}/{target}") as archive:
        places = []
        for info in archive.infolist():
            # The local header: 30 bytes, then name and extra field, whose lengths stand at 26 and 28 (APPNOTE.TXT 4.3.7).
            at = info.header_offset
            start = at + 30 + int.from_bytes(whole[at + 26 : at + 28], "little") + int.from_bytes(whole[at + 28 : at + 30], "little")
            places.append((info.filename, start, info.file_size))
    needed = re.findall(r"^Requires-Dist: ([A-Za-z0-9._-]+)(?!.*extra\s*==)", metadata, flags=re.M)
    contents[target] = {
        "name": normal(target.split("-")[0]),
        "needs": sorted({normal(name) for name in needed}),
        "members": places,
    }
    return target


if __name__ == "__main__":
    contents = {}
    made = [repack(name) for name in sorted(os.listdir(SOURCE)) if name.endswith(".whl")]
    # psycopg2-binary is psycopg2 under another name.
    files = {folder: own(folder) for folder in sorted(os.listdir(OWN))}
    modules = {name: data for name, data in files["psycopg2-2.9.12"].items() if name.startswith("psycopg2/")}
    files["psycopg2_binary-2.9.12"].update(modules)
    made += [write(each, folder) for folder, each in files.items()]
    # What "No matching distribution found" is followed by.
    offered = sorted({normal(name.split("-")[0]) for name in made})
    with open(f"{TARGET}/offered.json", "w") as file:
        json.dump(offered, file)
    with open(f"{TARGET}/contents.json", "w") as file:
        json.dump(contents, file)
