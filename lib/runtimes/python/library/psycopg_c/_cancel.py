"""Cancelling a query: a second connection that says which (protocol-flow, "Canceling Requests in Progress")."""

import struct

from psycopg import errors as e
from psycopg.pq._enums import ConnStatus, PollingStatus

from ._link import Link, LinkError

REQUEST = 80877102


class PGcancelConn:
    def __init__(self, conn):
        self._options = dict(conn._options)
        self._request = struct.pack("!iii", 12 + len(conn._secret), REQUEST, conn._pid) + conn._secret
        self._link = None
        self._status = ConnStatus.BAD
        self._error = ""
        self._sent = False

    def start(self):
        try:
            self._link = Link(self._options)
            self._status = ConnStatus.STARTED
        except LinkError as error:
            self._fail(error)
            raise e.OperationalError(f"couldn't start cancellation: {self.get_error_message()}") from None

    def _fail(self, error):
        self._error = str(error)
        self._status = ConnStatus.BAD

    def poll(self):
        if self._status == ConnStatus.OK:
            return PollingStatus.OK
        if self._link is None or self._status == ConnStatus.BAD:
            return PollingStatus.FAILED
        try:
            if not self._link.finish_opening():
                return PollingStatus.WRITING
        except LinkError as error:
            self._fail(error)
            return PollingStatus.FAILED
        if not self._sent:
            self._link.outgoing += self._request
            self._sent = True
        if self._link.flush():
            return PollingStatus.WRITING
        # The server answers nothing, and closes.
        if self._link.receive():
            return PollingStatus.READING
        self._status = ConnStatus.OK
        return PollingStatus.OK

    def blocking(self):
        self.start()
        while (polled := self.poll()) not in (PollingStatus.OK, PollingStatus.FAILED):
            self._link.wait(polled == PollingStatus.WRITING)
        if polled == PollingStatus.FAILED:
            raise e.OperationalError(f"couldn't cancel query: {self.get_error_message()}")

    @property
    def status(self):
        return self._status

    @property
    def socket(self):
        if self._link is None:
            raise e.OperationalError("cancel connection not opened")
        return self._link.socket.fileno()

    @property
    def error_message(self):
        return self._error

    def get_error_message(self, encoding="utf-8"):
        return self._error.strip() or "no details available"

    def reset(self):
        self.finish()
        self._sent = False

    def finish(self):
        if self._link is not None:
            self._link.close()
            self._link = None


class PGcancel:
    def __init__(self, conn):
        self._conn = PGcancelConn(conn)

    def free(self):
        self._conn.finish()

    def cancel(self):
        try:
            self._conn.blocking()
        finally:
            self._conn.finish()
