#!/usr/bin/env python3
"""Records what real bash says: runs each script of cases.txt as user `learner` in an empty directory, and writes builtins.json.

Cases are separated by lines of `=== name`. Run as root, on a machine with bash 5.2:

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
cases = []
for part in re.split(r"^=== ", (here / "cases.txt").read_text(), flags=re.M)[1:]:
    name, script = part.split("\n", 1)
    directory = tempfile.mkdtemp(prefix="case")
    os.chown(directory, user.pw_uid, user.pw_gid)
    env = {"PATH": "/usr/local/bin:/usr/bin:/bin", "HOME": directory, "USER": "learner", "LANG": "C.UTF-8"}
    ran = subprocess.run(
        ["bash", "-c", script], executable="/bin/bash", cwd=directory, env=env, user=user.pw_uid, group=user.pw_gid,
        extra_groups=[], stdin=subprocess.DEVNULL, capture_output=True, timeout=20,
    )
    clean = lambda raw: raw.decode().replace(directory, "/HOME")
    cases.append({"name": name, "script": script, "stdout": clean(ran.stdout), "stderr": clean(ran.stderr), "exitCode": ran.returncode})
    shutil.rmtree(directory)
(here / "builtins.json").write_text(json.dumps(cases, indent=1, ensure_ascii=False) + "\n")
print(len(cases), "cases recorded")
