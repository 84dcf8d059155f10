"""The password database: /etc/passwd, as the C module pwd reads it."""

from collections import namedtuple as _namedtuple

struct_passwd = _namedtuple("struct_passwd", "pw_name pw_passwd pw_uid pw_gid pw_gecos pw_dir pw_shell")
struct_passwd.__module__ = "pwd"


def _entries():
    with open("/etc/passwd", encoding="utf-8") as file:
        for line in file:
            parts = line.rstrip("\n").split(":")
            if len(parts) == 7:
                yield struct_passwd(parts[0], parts[1], int(parts[2]), int(parts[3]), *parts[4:])


def getpwuid(uid, /):
    """Return the password database entry for the given numeric user ID."""
    for entry in _entries():
        if entry.pw_uid == uid:
            return entry
    raise KeyError(f"getpwuid(): uid not found: {uid}")


def getpwnam(name, /):
    """Return the password database entry for the given user name."""
    for entry in _entries():
        if entry.pw_name == name:
            return entry
    raise KeyError(f"getpwnam(): name not found: {name!r}")


def getpwall():
    """Return a list of all available password database entries, in arbitrary order."""
    return list(_entries())
