"""The group database: /etc/group, as the C module grp reads it."""

from collections import namedtuple as _namedtuple

struct_group = _namedtuple("struct_group", "gr_name gr_passwd gr_gid gr_mem")
struct_group.__module__ = "grp"


def _entries():
    with open("/etc/group", encoding="utf-8") as file:
        for line in file:
            parts = line.rstrip("\n").split(":")
            if len(parts) == 4:
                yield struct_group(parts[0], parts[1], int(parts[2]), [name for name in parts[3].split(",") if name])


def getgrgid(id):
    """Return the group database entry for the given numeric group ID."""
    for entry in _entries():
        if entry.gr_gid == id:
            return entry
    raise KeyError(f"getgrgid(): gid not found: {id}")


def getgrnam(name):
    """Return the group database entry for the given group name."""
    for entry in _entries():
        if entry.gr_name == name:
            return entry
    raise KeyError(f"getgrnam(): name not found: {name!r}")


def getgrall():
    """Return a list of all available group entries, in arbitrary order."""
    return list(_entries())
