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
import warnings
import zipfile

SITE = "/usr/local/lib/python3.14/site-packages"
SOURCE = "/slipway/downloads"
TARGET = "/slipway/wheels"
# Packages of ours: a folder each, laid out as a wheel.
OWN = "/slipway/own"
# What a package gets from us in place of compiled parts that it can't do without: a folder for each name.
ADDITIONS = "/slipway/additions"
TAG = re.compile(r"^(.+?-[^-]+)-.*\.whl$")
# Source files of translations, tests that packages carry along, 4,000 files of types of other packages (jedi does without), and what boto3
# knows of services that no world has: of 400, object storage is left.
LEFT_OUT = re.compile(
    r"\.(so(\.[\d.]+)?|po|pot|pyx|pxd|c)$|^sqlalchemy/testing/|^(passlib|greenlet)/tests/|^jedi/third_party/(typeshed/stubs|django-stubs)/"
    r"|^botocore/data/(?!s3/)[^/]+/|^botocore/data/s3/.*/examples-1\.json$|^boto3/(data/(?!s3/)|examples/)"
)
# What a package says it does without on Emscripten, which the interpreter is made with, though it calls the machine Linux.
# And compiled packages that uvicorn[standard] is faster with, and runs without.
NOT_HERE = re.compile(r"^Requires-Dist: (.*sys_platform != ['\"]emscripten['\"]|(httptools|uvloop|watchfiles)\b).*\n", re.M)
# What only an older Python needs.
OLDER_PYTHON = re.compile(r"python_(full_)?version\s*<=?\s*['\"](2|3\.(\d|1[0-4])(\.\d+)?)['\"]")
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


def tree(folder):
    """Path below the folder → contents."""
    files = {}
    for place, _, names in os.walk(folder):
        for name in names:
            path = f"{place}/{name}"
            if "__pycache__" not in path:
                with open(path, "rb") as file:
                    files[path.removeprefix(f"{folder}/")] = file.read()
    return files


def repack(file_name):
    with zipfile.ZipFile(f"{SOURCE}/{file_name}") as archive:
        files = {info.filename: archive.read(info) for info in archive.infolist() if not info.is_dir()}
    files.update(tree(f"{ADDITIONS}/{normal(file_name.split('-')[0])}"))
    return write(files, TAG.match(file_name)[1])


def requirements(metadata):
    """Names of the packages it needs, and which more each extra asks for."""
    needs, extras = set(), {}
    for name, marker in re.findall(r"^Requires-Dist: ([A-Za-z0-9._-]+)([^;\n]*(?:;.*)?)$", metadata, flags=re.M):
        if OLDER_PYTHON.search(marker) and " or " not in marker:
            continue
        found = re.findall(r"extra\s*==\s*['\"]([\w.-]+)['\"]", marker)
        for extra in found:
            extras.setdefault(normal(extra), set()).add(normal(name))
        if not found:
            needs.add(normal(name))
    return {"needs": sorted(needs), "extras": {extra: sorted(names) for extra, names in sorted(extras.items())}}


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
    name, version = target.split("-")[:2]
    contents[target] = {"name": normal(name), "version": version, **requirements(metadata), "members": places}
    return target


if __name__ == "__main__":
    contents = {}
    warnings.simplefilter("ignore", SyntaxWarning)
    made = [repack(name) for name in sorted(os.listdir(SOURCE)) if name.endswith(".whl")]
    # psycopg2-binary is psycopg2 under another name.
    files = {folder: tree(f"{OWN}/{folder}") for folder in sorted(os.listdir(OWN))}
    modules = {name: data for name, data in files["psycopg2-2.9.12"].items() if name.startswith("psycopg2/")}
    files["psycopg2_binary-2.9.12"].update(modules)
    made += [write(each, folder) for folder, each in files.items()]
    with open(f"{TARGET}/contents.json", "w") as file:
        json.dump(contents, file)
