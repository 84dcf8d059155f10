"""threading.Thread on a machine without threads. Run by the build after adapt.py.

What a thread does is done where it is started, at once. When it begins to wait for longer (a loop that sleeps, a timer, a server), it goes on
as a process of its own, a fork, and start() returns: so it does not hold up the one that started it, and what it changes in memory from
then on is seen by nobody else. When it waits for others without a limit (queue.get()), it is left, and begins anew when it is notified.
"""

import asyncio
import itertools
import os
import signal
import socket
import socketserver
import stat
import sys
import threading
import time
import types

# So long may a thread wait, altogether, at the place where it was started.
PATIENCE_SECONDS = 0.5
# A thread that goes on apart ends when its process has.
LOOK_SECONDS = 1

MAIN = threading.get_ident()
idents = itertools.count(MAIN + 1)
# Threads that run here, the innermost last.
running = []
# Threads to begin anew, because they were notified.
due = []
apart = {}
real_sleep = time.sleep


class Left(BaseException):
    """Leaves the frames of a thread that goes on elsewhere or later."""


class ThreadHandle:
    """As _thread._ThreadHandle."""

    def __init__(self):
        self.ident = None
        self.pid = None
        self.parent = None
        self.done = False
        self.waited = 0
        self.daemon = False
        self.begin = None

    def is_done(self):
        if not self.done and self.pid is not None:
            try:
                self.done = os.waitpid(self.pid, os.WNOHANG)[0] == self.pid
            except ChildProcessError:
                self.done = True
        return self.done

    def _set_done(self):
        self.done = True

    def join(self, timeout=None):
        end = None if timeout is None or timeout < 0 else time.monotonic() + timeout
        while not self.is_done() and (end is None or time.monotonic() < end):
            real_sleep(0.02)

    def end(self):
        if self.pid is not None and not self.is_done():
            try:
                os.kill(self.pid, signal.SIGKILL)
            except ProcessLookupError:
                pass


def get_ident():
    """Return a non-zero integer that uniquely identifies the current thread
    amongst other threads that exist simultaneously."""
    return running[-1].ident if running else MAIN


def start_joinable_thread(function, handle=None, daemon=True):
    thread = function.__self__
    handle.ident = next(idents)
    handle.daemon = daemon
    handle.begin = lambda: begin(thread, handle)
    running.append(handle)
    thread.run = handle.begin
    try:
        function()
    finally:
        del thread.run
        running.remove(handle)


def begin(thread, handle):
    """The thread's work. There must be none but Python's frames from here on, or it can't go on in a fork."""
    ended = True
    try:
        if type(thread).run is not threading.Thread.run:
            type(thread).run(thread)
        elif isinstance(thread._target, types.MethodType):
            thread._target.__func__(thread._target.__self__, *thread._args, **thread._kwargs)
        elif thread._target is not None:
            thread._target(*thread._args, **thread._kwargs)
    except Left:
        ended = False
    except BaseException:
        if handle.parent is None:
            raise
        threading.excepthook(threading.ExceptHookArgs((*sys.exc_info(), thread)))
    finally:
        if handle.parent is not None:
            for stream in (sys.stdout, sys.stderr):
                try:
                    stream.flush()
                except (OSError, AttributeError, ValueError):
                    pass
            os._exit(0)
        handle.done = ended


def go_apart(serving=False):
    """In the thread that runs here: returns in its own process, and raises Left in the one that started it."""
    handle = running[-1]
    if handle.parent is not None:
        return
    here = os.getpid()
    for stream in (sys.stdout, sys.stderr):
        if stream is not None:
            stream.flush()
    try:
        pid = os.fork()
    except OSError:
        return  # a function written in C is in between: then everybody waits
    if pid:
        handle.pid = pid
        apart[handle.ident] = handle
        raise Left
    handle.parent = here
    running[:] = [handle]
    apart.clear()
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGQUIT, signal.SIGHUP, signal.SIGUSR1, signal.SIGUSR2, signal.SIGCHLD, signal.SIGALRM):
        signal.signal(number, signal.SIG_DFL)
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the main thread
    if not serving:
        close_listeners()


def close_listeners():
    """Ports are the main thread's."""
    for fd in range(3, 256):
        try:
            if not stat.S_ISSOCK(os.fstat(fd).st_mode):
                continue
            copy = socket.socket(fileno=os.dup(fd))
        except OSError:
            continue
        with copy:
            try:
                copy.getpeername()
            except OSError:
                os.close(fd)


def wait(seconds, over=lambda: False):
    """Waits until `over()`, at most so many seconds; None is for ever."""
    handle = running[-1] if running else None
    if handle is not None and handle.parent is None:
        if seconds is None:
            raise Left
        if handle.waited + seconds > PATIENCE_SECONDS:
            go_apart()
        handle.waited += seconds
    end = None if seconds is None else time.monotonic() + seconds
    while not over():
        left = LOOK_SECONDS if end is None else end - time.monotonic()
        if left <= 0:
            return
        if handle is not None and handle.parent is not None and os.getppid() != handle.parent:
            os._exit(0)
        real_sleep(min(left, LOOK_SECONDS))


def sleep(seconds, /):
    """sleep(object, /)

    Delay execution for a given number of seconds.  The argument may be
    a floating-point number for subsecond precision."""
    if running and isinstance(seconds, (int, float)) and seconds >= 0:
        wait(seconds)
    else:
        real_sleep(seconds)


class Waiter:
    """The lock that a condition's wait() waits for."""

    def __init__(self):
        self.held = False

    def acquire(self, blocking=True, timeout=-1):
        if self.held and blocking:
            wait(None if timeout is None or timeout < 0 else timeout, lambda: not self.held)
        if self.held:
            return False
        self.held = True
        return True

    def release(self):
        self.held = False


def begin_again():
    while due:
        handle = due.pop(0)
        running.append(handle)
        try:
            handle.begin()
        except BaseException:
            sys.excepthook(*sys.exc_info())
        finally:
            running.remove(handle)


condition = threading.Condition
original_wait, original_notify, original_notify_all = condition.wait, condition.notify, condition.notify_all


def condition_wait(self, timeout=None):
    try:
        return original_wait(self, timeout)
    except Left:
        if running[-1].pid is None:
            self.__dict__.setdefault("_left", []).append(running[-1])
        raise


def notify(self, n=1):
    original_notify(self, n)
    left = self.__dict__.get("_left")
    if left:
        due.extend(left[:n])
        del left[:n]


def notify_all(self):
    original_notify_all(self)
    due.extend(self.__dict__.pop("_left", ()))


def condition_exit(self, *args):
    result = self._lock.__exit__(*args)
    if due and not running:
        begin_again()
    return result


for name, function in dict(wait=condition_wait, notify=notify, notify_all=notify_all, __exit__=condition_exit).items():
    function.__name__, function.__qualname__, function.__doc__ = name, f"Condition.{name}", getattr(condition, name).__doc__
    setattr(condition, name, function)

original_cancel = threading.Timer.cancel


def cancel(self):
    """Stop the timer if it hasn't finished yet."""
    original_cancel(self)
    self._os_thread_handle.end()


threading.Timer.cancel = cancel
original_serve, original_shutdown = socketserver.BaseServer.serve_forever, socketserver.BaseServer.shutdown


def serve_forever(self, poll_interval=0.5):
    if running:
        self._served = running[-1]
        go_apart(serving=True)
    original_serve(self, poll_interval)


def shutdown(self):
    served = self.__dict__.get("_served")
    if served is None:
        original_shutdown(self)
    else:
        served.end()


for name, function, original in (("serve_forever", serve_forever, original_serve), ("shutdown", shutdown, original_shutdown)):
    function.__doc__ = original.__doc__
    setattr(socketserver.BaseServer, name, function)

original_run = asyncio.BaseEventLoop.run_forever


def run_forever(self):
    """Run until stop() is called."""
    if running:
        go_apart(serving=True)
    original_run(self)


def thread_shutdown():
    """Waits for threads that are no daemons, and ends the others."""
    for handle in list(apart.values()):
        if handle.daemon:
            handle.end()
        else:
            handle.join()


sleep.__module__ = "time"
time.sleep = sleep
sys.modules["_thread"].get_ident = threading.get_ident = get_ident
threading._ThreadHandle = ThreadHandle
threading._start_joinable_thread = start_joinable_thread
threading._allocate_lock = Waiter
threading._thread_shutdown = thread_shutdown
