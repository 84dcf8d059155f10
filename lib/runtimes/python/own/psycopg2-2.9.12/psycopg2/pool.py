"""Connection pools (psycopg2.pool)."""

import threading

import psycopg2


class PoolError(psycopg2.Error):
    pass


class AbstractConnectionPool:
    def __init__(self, minconn, maxconn, *args, **kwargs):
        self.minconn, self.maxconn, self.closed = int(minconn), int(maxconn), False
        self._args, self._kwargs = args, kwargs
        self._free, self._used, self._next = [], {}, 0
        for _ in range(self.minconn):
            self._free.append(psycopg2.connect(*args, **kwargs))

    def getconn(self, key=None):
        if self.closed:
            raise PoolError("connection pool is closed")
        if key is None:
            self._next += 1
            key = self._next
        if key in self._used:
            return self._used[key]
        if not self._free and len(self._used) >= self.maxconn:
            raise PoolError("connection pool exhausted")
        self._used[key] = self._free.pop() if self._free else psycopg2.connect(*self._args, **self._kwargs)
        return self._used[key]

    def putconn(self, conn, key=None, close=False):
        if self.closed:
            raise PoolError("connection pool is closed")
        key = next((each for each, used in self._used.items() if used is conn), None) if key is None else key
        if key is None:
            raise PoolError("trying to put unkeyed connection")
        del self._used[key]
        if close or conn.closed or len(self._free) >= self.minconn:
            conn.close()
        else:
            conn.rollback()
            self._free.append(conn)

    def closeall(self):
        if self.closed:
            raise PoolError("connection pool is closed")
        for conn in [*self._free, *self._used.values()]:
            conn.close()
        self.closed = True


class SimpleConnectionPool(AbstractConnectionPool):
    pass


class ThreadedConnectionPool(AbstractConnectionPool):
    def __init__(self, *args, **kwargs):
        self._lock = threading.Lock()
        super().__init__(*args, **kwargs)

    def getconn(self, key=None):
        with self._lock:
            return super().getconn(key)

    def putconn(self, conn=None, key=None, close=False):
        with self._lock:
            super().putconn(conn, key, close)
