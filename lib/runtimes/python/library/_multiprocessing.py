"""Locks of multiprocessing inside one process. A machine of ours has no shared memory between processes, and no fork: Process.start()
says so itself; what only counts and locks within a process (werkzeug's debugger) works."""

_names = 0


def sem_unlink(name, /):
    """Nothing is named outside this process."""


class SemLock:
    """Semaphore/Mutex type."""

    SEM_VALUE_MAX = 2147483647

    def __init__(self, kind, value, maxvalue, name, unlink):
        self.kind = kind
        self.maxvalue = maxvalue
        # Nothing outside this process has to be cleaned up.
        self.name = None
        self.handle = id(self)
        self._value = value
        self._count = 0

    def acquire(self, block=True, timeout=None):
        """Acquire the semaphore/lock."""
        if self.kind == 0 and self._count > 0:
            self._count += 1
            return True
        if self._value > 0:
            self._value -= 1
            self._count += 1
            return True
        if not block or timeout is not None:
            return False
        raise RuntimeError("this would wait for ever: nobody else can release the lock")

    def release(self):
        """Release the semaphore/lock."""
        if self.kind == 0:
            if self._count < 1:
                raise AssertionError("attempt to release recursive lock not owned by thread")
            self._count -= 1
            if self._count == 0:
                self._value += 1
            return
        if self._value >= self.maxvalue:
            raise ValueError("semaphore or lock released too many times")
        self._value += 1
        self._count -= 1


    def _is_mine(self):
        return self._count > 0

    def _get_value(self):
        return self._value

    def _is_zero(self):
        return self._value == 0

    def _after_fork(self):
        self._count = 0

    def __enter__(self):
        return self.acquire()

    def __exit__(self, *details):
        self.release()
