#!/usr/bin/env python3
"""Records what real bash says: runs each script of a .txt file here as user `learner` in an empty directory, and writes the .json beside it.

Cases are separated by lines of `=== name`. One whose answer differs between two recordings depends on the machine or the clock: it is
left out and named. Run as root, on a machine with bash 5.2:

    useradd -m learner && python3 lib/shell/fidelity/record.py
"""
import json
import os
import pathlib
import pwd
import re
import shutil
import subprocess
import tempfile

here = pathlib.Path(__file__).parent
user = pwd.getpwnam("learner")


def answer(script):
    directory = tempfile.mkdtemp(prefix="case")
    os.chown(directory, user.pw_uid, user.pw_gid)
    env = {"PATH": "/usr/local/bin:/usr/bin:/bin", "HOME": directory, "USER": "learner", "LANG": "C.UTF-8"}
    ran = subprocess.run(
        ["bash", "-c", script], executable="/bin/bash", cwd=directory, env=env, user=user.pw_uid, group=user.pw_gid,
        extra_groups=[], stdin=subprocess.DEVNULL, capture_output=True, timeout=20,
    )
    clean = lambda raw: raw.decode().replace(directory, "/HOME")
    shutil.rmtree(directory)
    return {"stdout": clean(ran.stdout), "stderr": clean(ran.stderr), "exitCode": ran.returncode}


for source in sorted(here.glob("*.txt")):
    cases = []
    for part in re.split(r"^=== ", source.read_text(), flags=re.M)[1:]:
        name, script = part.split("\n", 1)
        said = answer(script)
        if said == answer(script):
            cases.append({"name": name, "script": script, **said})
        else:
            print("left out (not repeatable):", name)
    source.with_suffix(".json").write_text(json.dumps(cases, indent=2, ensure_ascii=False) + "\n")
    print(source.stem, len(cases), "cases recorded")
