"""Pools of threads on a machine without threads: what they are given is done at once, by whoever gives it. Run by the build after adapt.py."""

import asyncio
import concurrent.futures.thread
import queue

pool = concurrent.futures.thread.ThreadPoolExecutor
original_submit = pool.submit


def submit(self, fn, /, *args, **kwargs):
    future = original_submit(self, fn, *args, **kwargs)
    work(self)
    if future.done() and isinstance(future.exception() if not future.cancelled() else None, KeyboardInterrupt):
        raise future.exception()
    return future


submit.__doc__ = original_submit.__doc__
submit.__module__, submit.__qualname__ = original_submit.__module__, original_submit.__qualname__


def work(self):
    """What _worker() does in a thread. No loop of asyncio runs in such a thread, so one that runs here is set aside."""
    running = asyncio._get_running_loop()
    task = asyncio.tasks._swap_current_task(running, None) if running else None
    asyncio._set_running_loop(None)
    try:
        context = self.__dict__.get("_context")
        if context is None:
            context = self._context = self._create_worker_context()
            try:
                context.initialize()
            except BaseException:
                concurrent.futures._base.LOGGER.critical("Exception in initializer:", exc_info=True)
                self._initializer_failed()
                return
        while True:
            try:
                item = self._work_queue.get_nowait()
            except queue.Empty:
                return
            if item is not None:
                item.run(context)
    finally:
        asyncio._set_running_loop(running)
        if running:
            asyncio.tasks._swap_current_task(running, task)


async def shutdown_default_executor(self, timeout=None):
    """Schedule the shutdown of the default executor."""
    self._executor_shutdown_called = True
    if self._default_executor is not None:
        self._default_executor.shutdown()


asyncio.BaseEventLoop.shutdown_default_executor = shutdown_default_executor
pool.submit = submit
pool._adjust_thread_count = lambda self: None
