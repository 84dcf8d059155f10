"""What some packages need to know of this machine: it has no threads. Run by the build after what is preloaded was imported; modules that
are imported from the disk later are changed in the same way, right after they have run."""

import json
import sys
import time
import traceback
from importlib.machinery import SourceFileLoader


def beside(server_class, look, interval):
    """While a server of this class waits for requests, calls `look` every so many seconds; the first time before the first request, so
    that a change which follows that request is seen."""
    original, original_serve = server_class.service_actions, server_class.serve_forever
    due = 0

    def serve_forever(self, *args, **kwargs):
        nonlocal due
        look()
        due = time.monotonic() + interval
        original_serve(self, *args, **kwargs)

    def service_actions(self):
        nonlocal due
        original(self)
        if time.monotonic() >= due:
            look()
            due = time.monotonic() + interval

    def stop():
        server_class.service_actions, server_class.serve_forever = original, original_serve

    server_class.service_actions, server_class.serve_forever = service_actions, serve_forever
    return stop


def report_death(thread_name):
    """As threading.excepthook, without the frames of this file."""
    kind, error, trace = sys.exc_info()
    while trace is not None and trace.tb_frame.f_code.co_filename == report_death.__code__.co_filename:
        trace = trace.tb_next
    print(f"Exception in thread {thread_name}:", file=sys.stderr)
    traceback.print_exception(kind, error, trace)


def django_autoreload(module):
    """The server and the look-out for changes share one thread: the server looks between two requests."""

    def start_django(reloader, main_func, *args, **kwargs):
        module.ensure_echo_on()
        main_func = module.check_errors(main_func)
        ticker = None
        begun = time.time()

        def look():
            nonlocal ticker
            if ticker is None:
                from django.urls import get_resolver

                try:
                    get_resolver().urlconf_module
                except Exception:
                    pass  # the next request will show it
                module.autoreload_started.send(sender=reloader)
                reloader.SLEEP_TIME = 0
                ticker = reloader.tick()
                next(ticker)
                # What was saved while the server was starting may have been read before that.
                for path, changed in reloader.snapshot_files():
                    if changed > begun:
                        reloader.notify_file_changed(path)
            next(ticker)

        import socketserver

        stop = beside(socketserver.BaseServer, look, 1)
        try:
            main_func(*args, **kwargs)
        except Exception:
            report_death("django-main-thread")
            while not reloader.should_stop:
                look()
                time.sleep(1)
        finally:
            stop()

    module.start_django = start_django


def werkzeug_reloader(module):
    def run_with_reloader(main_func, extra_files=None, exclude_patterns=None, interval=1, reloader_type="auto"):
        import os
        import signal
        import socketserver

        signal.signal(signal.SIGTERM, lambda *args: sys.exit(0))
        reloader = module.reloader_loops[reloader_type](extra_files=extra_files, exclude_patterns=exclude_patterns, interval=interval)
        try:
            if os.environ.get("WERKZEUG_RUN_MAIN") != "true":
                sys.exit(reloader.restart_with_reloader())
            module.ensure_echo_on()
            with reloader:
                stop = beside(socketserver.BaseServer, reloader.run_step, interval)
                try:
                    main_func()
                except Exception:
                    report_death("Thread-1 (serve_forever)")
                    while True:
                        reloader.run_step()
                        time.sleep(interval)
                finally:
                    stop()
        except KeyboardInterrupt:
            pass

    module.run_with_reloader = run_with_reloader


# Widely used packages that are compiled code, and have no other way.
COMPILED = """argon2-cffi asyncpg cffi cryptography gevent greenlet grpcio httptools lxml matplotlib msgspec mysqlclient numpy orjson pandas psutil
pydantic pydantic-core scipy uvloop watchfiles""".split()


def offer(name, offered):
    """What to do about a package that pip does not find: the text after pip's own."""
    import difflib
    import re

    match = re.match(r"[A-Za-z0-9][A-Za-z0-9._-]*", name)
    name = re.sub(r"[-_.]+", "-", match[0]).lower() if match else name
    begin = "This machine has no internet: pip installs from its own packages, one version of each."
    if name in offered:
        return f"{begin} Of {name} that is {offered[name]}: ask for it ({name}=={offered[name]}), or for any version ({name})."
    if name in COMPILED:
        return f"{begin} {name} is compiled code, which this machine's Python can't load."
    near = difflib.get_close_matches(name, offered, 3)
    meant = f" Near that name: {', '.join(near)}." if near else ""
    return f"{begin} {name} is not among them.{meant} They are: {', '.join(f'{each} {version}' for each, version in sorted(offered.items()))}."


def pip_exceptions(module):
    """What pip can't find here is followed by what it could."""
    begin = "No matching distribution found for "

    def __str__(self):
        text = Exception.__str__(self)
        try:
            with open("/usr/local/share/slipway/wheels/offered.json") as file:
                offered = json.load(file)
        except OSError:
            return text
        return f"{text}\n{offer(text.removeprefix(begin), offered)}" if text.startswith(begin) else text

    module.DistributionNotFound.__str__ = __str__


def ipython_kitty(module):
    """Whether the terminal shows kitty's pictures (it does not) is asked of /proc, which is not here, or else of psutil, which IPython does
    without on Emscripten: tell it by its own setting while it is imported."""
    import os

    name = "IPYTHON_KITTY_GRAPHICS"
    before = os.environ.get(name)
    if before:
        return None
    os.environ[name] = "0"

    def restore():
        os.environ.pop(name, None)
        if before is not None:
            os.environ[name] = before

    return restore


def ipython_history(module):
    """No thread writes the history out now and then; it is written when the session ends."""
    module.HistorySavingThread.start = lambda self: None


def ipython_debugger(module):
    """The prompt runs in a thread of its own so that a loop of asyncio that runs already does not mind: set that one aside instead."""

    class InPlace:
        def __init__(self, workers):
            pass

        def submit(self, function):
            import asyncio
            from concurrent.futures import Future

            future = Future()
            running = asyncio._get_running_loop()
            task = asyncio.tasks._swap_current_task(running, None) if running else None
            asyncio._set_running_loop(None)
            try:
                future.set_result(function())
            except BaseException as error:
                future.set_exception(error)
            finally:
                asyncio._set_running_loop(running)
                if running:
                    asyncio.tasks._swap_current_task(running, task)
            return future

    module.ThreadPoolExecutor = InPlace


def prompt_toolkit_application(module):
    """PyOS_getsig is not among this interpreter's functions: keep what Python itself knows of the handler."""
    import contextlib
    import signal

    @contextlib.contextmanager
    def _restore_sigint_from_ctypes():
        handler = signal.getsignal(signal.SIGINT)
        try:
            yield
        finally:
            if handler is not None:
                signal.signal(signal.SIGINT, handler)

    module._restore_sigint_from_ctypes = _restore_sigint_from_ctypes


def prompt_toolkit_output(module):
    """What is printed above a prompt waits for its end, where a thread would write it."""

    class AtTheEnd:
        def __init__(self, proxy):
            self.join = proxy._write_thread

    module.StdoutProxy._start_write_thread = lambda self: AtTheEnd(self)


def bcrypt_digest(module):
    def _digest(password, salt, cost):
        return bytes(call("bcrypt", password=list(password), salt=list(salt), cost=cost))  # noqa: F821

    module._digest = _digest


def botocore_session(module):
    """Whom the machine trusts is what counts, not the package's own list, as in Debian's python3-botocore."""
    module.DEFAULT_CA_BUNDLE = "/etc/ssl/certs/ca-certificates.crt"


# Module → what to do before it runs; gives what to do afterwards.
PREPARATIONS = {"IPython.core.kitty": ipython_kitty}

CHANGES = {
    "pip._internal.exceptions": pip_exceptions,
    "django.utils.autoreload": django_autoreload,
    "werkzeug._reloader": werkzeug_reloader,
    "prompt_toolkit.application.application": prompt_toolkit_application,
    "prompt_toolkit.patch_stdout": prompt_toolkit_output,
    "bcrypt": bcrypt_digest,
    "botocore.httpsession": botocore_session,
    "ssl": ssl_by_kernel,  # tls.py
    "IPython.core.history": ipython_history,
    "IPython.terminal.debugger": ipython_debugger,
    **SERVERS,  # servers.py
}

for name, change in CHANGES.items():
    if name in sys.modules:
        change(sys.modules[name])

original_exec_module = SourceFileLoader.exec_module
# Named as importlib's own file, so that a traceback of an import shows no frame that CPython's would not.
source = '''
def exec_module(self, module):
    """Execute the module."""
    prepare = PREPARATIONS.get(module.__name__)
    restore = prepare and prepare(module)
    original_exec_module(self, module)
    if restore:
        restore()
    change = CHANGES.get(module.__name__)
    if change is not None:
        change(module)
'''
exec(compile(source, "<frozen importlib._bootstrap_external>", "exec"), globals())
SourceFileLoader.exec_module = exec_module  # noqa: F821
