"""The socket of a connection: opening it without blocking, its two buffers, and how libpq words its troubles."""

import errno
import os
import select
import socket

SOCKET_FOLDER = "/var/run/postgresql"
CLOSED = (
    b"server closed the connection unexpectedly\n"
    b"\tThis probably means the server terminated abnormally\n"
    b"\tbefore or while processing the request.\n"
)


class LinkError(Exception):
    """`args[0]` is the message, with a line break at its end."""


class Link:
    def __init__(self, options):
        host = options.get("host") or (SOCKET_FOLDER if "hostaddr" not in options else "")
        port = options.get("port") or "5432"
        if not port.isdigit() or not 0 < int(port) < 65536:
            raise LinkError(f'invalid port number: "{port}"\n')
        self.incoming = bytearray()
        self.outgoing = bytearray()
        self.is_local = host.startswith("/") and "hostaddr" not in options
        if self.is_local:
            path = f"{host}/.s.PGSQL.{port}"
            self.address = path
            self.name = f'connection to server on socket "{path}" failed: '
            self.hint = "\tIs the server running locally and accepting connections on that socket?\n"
            family = socket.AF_UNIX
        else:
            numeric = options.get("hostaddr") or self._resolve(host, port)
            self.address = (numeric, int(port))
            shown = f'"{host}" ({numeric})' if host and host != numeric else f'"{numeric}"'
            self.name = f"connection to server at {shown}, port {port} failed: "
            self.hint = "\tIs the server running on that host and accepting TCP/IP connections?\n"
            family = socket.AF_INET
        self.socket = socket.socket(family, socket.SOCK_STREAM)
        self.socket.setblocking(False)
        # Over TCP libpq hears of a refusal when it asks whether the connection stands.
        self.refusal = None
        try:
            self.is_open = self._check(self.socket.connect_ex(self.address))
        except LinkError as error:
            if self.is_local:
                raise
            self.is_open, self.refusal = False, error

    def _resolve(self, host, port):
        try:
            return socket.getaddrinfo(host, int(port), socket.AF_INET, socket.SOCK_STREAM)[0][4][0]
        except OSError as error:
            reason = error.strerror or str(error)
            raise LinkError(f'could not translate host name "{host}" to address: {reason}\n') from None

    def _check(self, code):
        if code in (errno.EINPROGRESS, errno.EAGAIN, errno.EWOULDBLOCK, errno.EALREADY):
            return False
        if code in (0, errno.EISCONN):
            return True
        hint = self.hint if code in (errno.ECONNREFUSED, errno.ENOENT, errno.EACCES, errno.ETIMEDOUT) else ""
        raise LinkError(f"{self.name}{os.strerror(code)}\n{hint}")

    def finish_opening(self):
        """True once the connection stands. Raises LinkError."""
        if self.refusal is not None:
            raise self.refusal
        if not self.is_open:
            writable = select.select([], [self.socket], [], 0)[1]
            if writable:
                self._check(self.socket.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR))
                self.is_open = True
        return self.is_open

    def flush(self):
        """1 while something is left to be sent."""
        while self.outgoing:
            try:
                count = self.socket.send(self.outgoing)
            except (BlockingIOError, InterruptedError):
                return 1
            except OSError:
                # What the server has said before it closed is read first.
                self.outgoing.clear()
                return 0
            del self.outgoing[:count]
        return 0

    def receive(self):
        """Takes what has come; False at the end of the connection."""
        while True:
            try:
                data = self.socket.recv(262144)
            except (BlockingIOError, InterruptedError):
                return True
            except OSError:
                return False
            if not data:
                return False
            self.incoming += data
            if len(data) < 65536:
                return True

    def wait(self, for_writing=False):
        select.select([self.socket], [self.socket] if for_writing else [], [])

    def messages(self):
        """Whole messages that have come: (type, body)."""
        while (message := self.next_message()) is not None:
            yield message

    def next_message(self):
        buffer = self.incoming
        if len(buffer) < 5:
            return None
        size = int.from_bytes(buffer[1:5], "big")
        if len(buffer) < size + 1:
            return None
        kind, body = bytes(buffer[:1]), bytes(buffer[5 : size + 1])
        del buffer[: size + 1]
        return kind, body

    def close(self):
        self.socket.close()
