"""Becoming a process: what is run in a restored memory before, and after, CPython's own main.

The build executes this file once and keeps the addresses of `start` and `finish`; the worker calls them. Nothing of it can be seen in a
traceback: both have returned when the learner's program runs, or when it has ended.
"""

import atexit
import errno
import fcntl
import importlib
import io
import json
import os
import random
import signal
import site
import sys
import sysconfig
import threading

GATE = 0x7FFFFFF0  # no descriptor has this number: an ioctl on it is a call to the worker (worker/gate.ts)


def call(name, **request):
    """Asks the worker; `request` and the answer are JSON."""
    text = json.dumps([name, request]).encode()
    buffer = bytearray(max(4096, len(text) + 1024))
    buffer[0:4] = len(text).to_bytes(4, "little")
    buffer[4:8] = len(buffer).to_bytes(4, "little")
    buffer[8 : 8 + len(text)] = text
    size = fcntl.ioctl(GATE, 0, buffer)
    if size > len(buffer) - 8:  # the answer is kept until it is fetched with enough room
        buffer = bytearray(size + 1024)
        buffer[4:8] = len(buffer).to_bytes(4, "little")
        fcntl.ioctl(GATE, 1, buffer)
    return json.loads(buffer[8 : 8 + size])


def open_stream(fd, mode, errors, line_buffering, unbuffered):
    """As create_stdio() in CPython's pylifecycle.c. A closed descriptor gives None."""
    try:
        os.fstat(fd)
    except OSError:
        return None
    raw = io.FileIO(fd, mode, closefd=False)
    writing = mode == "w"
    name = ("<stdin>", "<stdout>", "<stderr>")[fd]
    interactive = raw.isatty()
    if not writing:
        buffer = io.BufferedReader(raw)
    elif unbuffered:
        buffer = raw
    else:
        buffer = io.BufferedWriter(raw)
    encoding = "utf-8"
    configured = os.environ.get("PYTHONIOENCODING") if not sys.flags.ignore_environment else None
    if configured:
        encoding, _, handler = configured.partition(":")
        encoding = encoding or "utf-8"
        if fd != 2 and handler:
            errors = handler
    raw.name = name
    stream = io.TextIOWrapper(
        buffer,
        encoding=encoding,
        errors=errors,
        newline="\n",
        line_buffering=writing and (line_buffering or interactive) and not unbuffered,
        write_through=writing and bool(unbuffered),
    )
    stream.mode = mode
    return stream


def compute_paths(config):
    """CPython's own getpath.py, with what getpath.c gives it."""
    path = os.path
    environment = os.environ if config["use_environment"] else {}

    def readlines(name):
        with open(name, encoding="utf-8") as file:
            return file.read().splitlines()

    def warn(message):
        print(message, file=sys.stderr)

    def isxfile(name):
        return path.isfile(name) and os.access(name, os.X_OK)

    namespace = dict(
        abspath=path.abspath,
        basename=path.basename,
        dirname=path.dirname,
        hassuffix=lambda name, suffix: name.lower().endswith(suffix.lower()),
        isabs=path.isabs,
        isdir=path.isdir,
        isfile=path.isfile,
        isxfile=isxfile,
        joinpath=lambda *parts: path.join(*[part for part in parts if part]) if any(parts) else "",
        readlines=readlines,
        realpath=path.realpath,
        warn=warn,
        os_name="posix",
        PREFIX="/usr/local",
        EXEC_PREFIX="/usr/local",
        VERSION="3.14",
        VERSION_MAJOR=3,
        VERSION_MINOR=14,
        VPATH="",
        PYTHONPATH="",
        PLATLIBDIR="lib",
        PYDEBUGEXT="",
        PYWINVER=None,
        EXE_SUFFIX=None,
        ABI_THREAD="",
        ENV_PATH=os.environ.get("PATH", ""),
        ENV_PYTHONHOME=environment.get("PYTHONHOME", ""),
        ENV_PYTHONEXECUTABLE="",
        ENV___PYVENV_LAUNCHER__="",
        real_executable="",
        executable_dir="",
        py_setpath=None,
        library=None,
        winreg=None,
        config=config,
    )
    config["module_search_paths"] = list(config["module_search_paths"])
    config["orig_argv"] = list(config["orig_argv"])
    # What is left of the interpreter that made the snapshot is no setting of this process.
    config.update(program_name=config["orig_argv"][0], executable=None, home=None)
    exec(getpath, namespace)
    for name in ("executable", "prefix", "base_prefix", "exec_prefix", "base_exec_prefix", "platlibdir"):
        setattr(sys, name, config[name])
    sys._base_executable = config["base_executable"]
    sys._stdlib_dir = config["stdlib_dir"]
    sys.path[:] = config["module_search_paths"]


def start(config):
    info = call("start")
    environment = info["env"]
    encode = os.environ.encodekey
    os.environ._data.clear()
    os.environ._data.update({encode(name): encode(value) for name, value in environment.items()})
    sys.platform = "linux"
    if "multiprocessing.process" in sys.modules:
        sys.modules["multiprocessing.process"].ORIGINAL_DIR = os.getcwd()
    sys.path_importer_cache.clear()
    importlib.invalidate_caches()
    compute_paths(config)
    random.seed()
    for name, fd in (("stdin", 0), ("stdout", 1), ("stderr", 2)):
        errors = "backslashreplace" if fd == 2 else "surrogateescape"
        stream = open_stream(fd, "w" if fd else "r", errors, fd == 2, not config["buffered_stdio"])
        setattr(sys, name, stream)
        setattr(sys, f"__{name}__", stream)
    main = sys.modules["__main__"]
    main.__dict__.clear()
    main.__dict__.update(__name__="__main__", __doc__=None, __package__=None, __loader__=importlib._bootstrap.BuiltinImporter, __spec__=None, __builtins__=sys.modules["builtins"])
    if 2 not in info["ignored"]:
        signal.signal(signal.SIGINT, signal.default_int_handler)
    else:
        signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGPIPE, signal.SIG_IGN)
    if not sys.flags.no_site:
        site.ENABLE_USER_SITE = site.USER_SITE = site.USER_BASE = None
        site.PREFIXES[:] = [sys.prefix, sys.exec_prefix]
        site.main()
        sys.path_importer_cache.clear()
    sysconfig._PREFIX = sysconfig._EXEC_PREFIX = os.path.normpath(sys.prefix)
    sysconfig._CONFIG_VARS = None
    sysconfig._CONFIG_VARS_INITIALIZED = False
    forget_unusable(config)


def forget_unusable(config):
    """Modules of the snapshot that this process would not find, or would find elsewhere, are not there for it."""
    first = []
    if config["run_filename"]:
        first = [os.path.dirname(os.path.realpath(config["run_filename"]))]
    elif not config["safe_path"]:
        first = [os.getcwd()]
    if config["safe_path"]:
        first = []
    for name in call("unusable", path=first + sys.path):
        sys.modules.pop(name, None)
    # runpy runs it anew, and warns when it is there already; of a package it is __main__ that is run.
    module = config["run_module"]
    is_package = hasattr(sys.modules.get(module), "__path__")
    sys.modules.pop(f"{module}.__main__" if is_package else module, None)


def flush(stream):
    if stream is None or getattr(stream, "closed", False):
        return True
    try:
        stream.flush()
    except BaseException as error:
        if stream is sys.stdout:
            sys.unraisablehook(
                type("UnraisableHookArgs", (), dict(exc_type=type(error), exc_value=error, exc_traceback=error.__traceback__, err_msg="Exception ignored while flushing sys.stdout", object=None))
            )
        return False
    return True


def finish():
    """What Py_FinalizeEx does that others can see. Gives False when output was lost: then the exit status is 120."""
    try:
        threading._shutdown()
    except BaseException:
        pass
    atexit._run_exitfuncs()
    flushed = flush(sys.stdout)
    return flush(sys.stderr) and flushed
