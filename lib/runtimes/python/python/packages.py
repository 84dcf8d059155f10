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


def pip_exceptions(module):
    """What pip can't find here is followed by what it could."""

    def __str__(self):
        text = Exception.__str__(self)
        try:
            with open("/usr/local/share/slipway/wheels/offered.json") as file:
                offered = json.load(file)
        except OSError:
            return text
        if not text.startswith("No matching distribution"):
            return text
        return f"{text}\nThis machine has no internet. pip installs from its own packages: {', '.join(offered)}."

    module.DistributionNotFound.__str__ = __str__


CHANGES = {"pip._internal.exceptions": pip_exceptions, "django.utils.autoreload": django_autoreload, "werkzeug._reloader": werkzeug_reloader}

for name, change in CHANGES.items():
    if name in sys.modules:
        change(sys.modules[name])

original_exec_module = SourceFileLoader.exec_module
# Named as importlib's own file, so that a traceback of an import shows no frame that CPython's would not.
source = '''
def exec_module(self, module):
    """Execute the module."""
    original_exec_module(self, module)
    change = CHANGES.get(module.__name__)
    if change is not None:
        change(module)
'''
exec(compile(source, "<frozen importlib._bootstrap_external>", "exec"), globals())
SourceFileLoader.exec_module = exec_module  # noqa: F821
