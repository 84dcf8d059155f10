"""Puts pip into an environment: a copy of the one that this Python has."""

import os
import re
import shutil
import sys
import sysconfig

__all__ = ["version", "bootstrap"]

_SOURCE = os.path.join(os.path.dirname(os.path.dirname(os.path.abspath(__file__))), "site-packages")


def _info_folder():
    return next(name for name in os.listdir(_SOURCE) if re.fullmatch(r"pip-[^/]*\.dist-info", name))


def version():
    """
    Returns a string specifying the bundled version of pip.
    """
    return _info_folder().removeprefix("pip-").removesuffix(".dist-info")


def bootstrap(*, root=None, upgrade=False, user=False, altinstall=False, default_pip=False, verbosity=0):
    """
    Bootstrap pip into the current Python installation (or the given root directory).
    """
    target = sysconfig.get_path("purelib")
    if os.path.samefile(target, _SOURCE):
        return
    for name in ("pip", _info_folder()):
        shutil.copytree(os.path.join(_SOURCE, name), os.path.join(target, name), dirs_exist_ok=True)
    scripts = sysconfig.get_path("scripts")
    for name in ("pip", "pip3", f"pip{sys.version_info[0]}.{sys.version_info[1]}"):
        path = os.path.join(scripts, name)
        with open(path, "w") as file:
            file.write(
                f"#!{sys.executable}\nimport sys\nfrom pip._internal.cli.main import main\n"
                "if __name__ == '__main__':\n    sys.argv[0] = sys.argv[0].removesuffix('.exe')\n    sys.exit(main())\n"
            )
        os.chmod(path, 0o755)
