"""Limits of a process. A machine here enforces only how many files may be open; the other limits are unlimited, and can't be lowered."""

from collections import namedtuple as _namedtuple

error = OSError
RLIM_INFINITY = -1
RLIMIT_CPU, RLIMIT_FSIZE, RLIMIT_DATA, RLIMIT_STACK, RLIMIT_CORE, RLIMIT_RSS, RLIMIT_NPROC, RLIMIT_NOFILE = range(8)
RLIMIT_MEMLOCK, RLIMIT_AS = 8, 9
RUSAGE_SELF, RUSAGE_CHILDREN = 0, -1
_NOFILE = 1024

struct_rusage = _namedtuple(
    "struct_rusage",
    "ru_utime ru_stime ru_maxrss ru_ixrss ru_idrss ru_isrss ru_minflt ru_majflt ru_nswap ru_inblock ru_oublock ru_msgsnd ru_msgrcv "
    "ru_nsignals ru_nvcsw ru_nivcsw",
)
struct_rusage.__module__ = "resource"


def getrlimit(resource, /):
    if not 0 <= resource < 16:
        raise ValueError("invalid resource specified")
    return (_NOFILE, _NOFILE) if resource == RLIMIT_NOFILE else (RLIM_INFINITY, RLIM_INFINITY)


def setrlimit(resource, limits, /):
    if tuple(limits) != getrlimit(resource):
        raise ValueError("not allowed to raise maximum limit")


def getrusage(who, /):
    import time

    return struct_rusage(time.process_time() if who == RUSAGE_SELF else 0.0, 0.0, *[0] * 14)


def getpagesize():
    return 65536
