"""What application servers need to know of this machine: it has no threads. Executed by the build in the name space of packages.py, before it;
each function gets a module right after that was imported. What a server would do in a thread beside its requests it does between them."""

import os
import signal
import time


def gunicorn_reloader(module):
    """The reloader looks at the files whenever its worker tells the arbiter that it is alive."""

    def start(self):
        self._times = {}
        self._due = 0

    def look(self):
        """One round of Reloader.run."""
        if time.monotonic() < self._due:
            return
        self._due = time.monotonic() + self._interval
        for name in self.get_files():
            try:
                changed = os.stat(name).st_mtime
            except OSError:
                continue
            if changed > self._times.setdefault(name, changed) and self._callback:
                try:
                    self._callback(name)
                except SystemExit:  # it ends the thread; the worker ends because it is not alive any more
                    pass
                self._due = float("inf")
                return

    module.ReloaderBase.start = start
    module.ReloaderBase.look = look


def gunicorn_worker(module):
    notify = module.Worker.notify

    def notify_and_look(self):
        notify(self)
        reloader = getattr(self, "reloader", None)
        if reloader is not None and hasattr(reloader, "_due"):
            # It is also what the worker waits for requests at a time.
            self.timeout = min(self.timeout, reloader._interval) or reloader._interval
            reloader.look()

    module.Worker.notify = notify_and_look


def gunicorn_sync(module):
    """The loop is told its timeout before the reloader begins."""
    wait = module.SyncWorker.wait

    def wait_shorter(self, timeout):
        reloader = getattr(self, "reloader", None)
        return wait(self, min(timeout, reloader._interval) if reloader is not None else timeout)

    module.SyncWorker.wait = wait_shorter


def gunicorn_threads(module):
    """The threads of a worker take turns, which is said."""
    check_config = module.ThreadWorker.check_config.__func__

    def check_and_say(cls, cfg, log):
        log.warning("This machine has no threads: the %s threads of a worker answer one request at a time.", cfg.threads)
        check_config(cls, cfg, log)

    module.ThreadWorker.check_config = classmethod(check_and_say)


def gunicorn_control(module):
    """The control socket's loop has its turn while the arbiter waits for signals."""
    import asyncio

    class Server(module.ControlSocketServer):
        def _begin(self):
            self._running = True
            self._ready.clear()
            loop = asyncio.new_event_loop()
            self._task = loop.create_task(self._serve())
            self._loop = loop
            while not self._ready.is_set() and not self._task.done():
                step(loop, 1)
            if self._task.done():
                error = self._task.exception()
                self._end()
                if error is not None and self.arbiter.log:
                    self.arbiter.log.error("Control server error: %s", error)

        def _end(self):
            self._running = False
            loop, self._loop, self._server = self._loop, None, None
            if loop is None or loop.is_closed():
                return
            for task in asyncio.all_tasks(loop):
                task.cancel()
            while asyncio.all_tasks(loop):
                step(loop, 0.1)
            loop.close()

        def start(self):
            if not self._running:
                self._begin()
                module._active_servers.add(self)

        def stop(self):
            module._active_servers.discard(self)
            self._end()

        def _stop_for_fork(self):
            self._was_running_before_fork = self._running
            self._end()

        def _restart_after_fork(self):
            if self._was_running_before_fork:
                self._was_running_before_fork = False
                self._begin()

    def step(loop, timeout):
        """Lets the loop work once, waiting for something to do up to `timeout` seconds."""
        timer = loop.call_later(timeout, lambda: None)
        loop._run_forever_setup()
        try:
            loop._run_once()
        finally:
            loop._run_forever_cleanup()
            timer.cancel()

    Server.__name__ = Server.__qualname__ = "ControlSocketServer"
    module.ControlSocketServer = Server
    from gunicorn.arbiter import Arbiter

    wait_for_signals = Arbiter.wait_for_signals

    def wait_and_serve(self, timeout=1.0):
        server = self._control_server
        if server is None or server._loop is None:
            return wait_for_signals(self, timeout)
        loop = server._loop
        before = signal.set_wakeup_fd(loop._csock.fileno(), warn_on_full_buffer=False)
        end = time.monotonic() + timeout
        try:
            while self.SIG_QUEUE.empty() and time.monotonic() < end and not loop.is_closed():
                step(loop, max(0, end - time.monotonic()))
        finally:
            signal.set_wakeup_fd(before)
        return wait_for_signals(self, 0.001)

    Arbiter.wait_for_signals = wait_and_serve


def asgiref_sync(module):
    """Synchronous code of an asynchronous server runs where it is called, not where its caller waits for it in another thread."""

    class CurrentThreadExecutor(module.CurrentThreadExecutor):
        def submit(self, fn, /, *args, **kwargs):
            return module.SyncToAsync.single_thread_executor.submit(fn, *args, **kwargs)

        def run_until_future(self, future):
            pass

    module.CurrentThreadExecutor = CurrentThreadExecutor
    handler = module.SyncToAsync.thread_handler

    def thread_handler(self, loop, *args, **kwargs):
        # What it calls asynchronously gets a loop of its own: this one waits until it is done.
        return handler(self, None, *args, **kwargs)

    module.SyncToAsync.thread_handler = thread_handler

    async def leave(self, exc, value, tb):
        if not self.token:
            return
        executor = module.SyncToAsync.context_to_thread_executor.pop(self, None)
        if executor:
            executor.shutdown()
        module.SyncToAsync.thread_sensitive_context.reset(self.token)

    module.ThreadSensitiveContext.__aexit__ = leave


def uvicorn_workers(module):
    """A worker's server has no thread beside it that could answer the parent: it is well as long as it lives."""

    def _healthcheck(self, timeout):
        return True if self.process.is_alive() else None

    def target(self, sockets=None):
        self.server.run(sockets)

    module.Process._healthcheck = _healthcheck
    module.Process.target = target


SERVERS = {
    "asgiref.sync": asgiref_sync,
    "uvicorn.supervisors.multiprocess": uvicorn_workers,
    "gunicorn.reloader": gunicorn_reloader,
    "gunicorn.workers.base": gunicorn_worker,
    "gunicorn.workers.sync": gunicorn_sync,
    "gunicorn.workers.gthread": gunicorn_threads,
    "gunicorn.ctl.server": gunicorn_control,
}
