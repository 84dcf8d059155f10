"""A connection (PGconn): its start, its state, and what the server's messages do to it."""

import struct
from collections import deque

from psycopg import errors as e
from psycopg.pq._enums import ConnStatus, ExecStatus, PipelineStatus, PollingStatus, TransactionStatus
from psycopg.pq.misc import PGnotify, connection_summary

from . import _auth
from ._conninfo import ParseError, complete, option, parse, password_from_file
from ._link import CLOSED, Link, LinkError
from ._result import PGresult

PROTOCOL = 196608
STATUS_OF = {b"I": TransactionStatus.IDLE, b"T": TransactionStatus.INTRANS, b"E": TransactionStatus.INERROR}
STARTED, CONNECTED, AUTHENTICATING = range(3)


def message(kind, body=b""):
    return kind + struct.pack("!i", len(body) + 4) + body


def text(value):
    return bytes(value) + b"\0"


class Connection:
    """What does not depend on commands; `PGconn` adds those."""

    def __init__(self):
        self.notice_handler = None
        self.notify_handler = None
        self.nonblocking = 0
        self._options = {}
        self._link = None
        self._status = ConnStatus.BAD
        self._phase = STARTED
        self._error = b""
        self._parameters = {}
        self._transaction = TransactionStatus.UNKNOWN
        self._pid = 0
        self._secret = b""
        self._notifies = deque()
        self._used_password = False
        self._needs_password = False
        self._scram = None
        # Results that are ready; None ends those of a command.
        self._results = deque()
        # Kinds of the commands whose answers have not all come.
        self._pending = deque()
        self._queries = deque()
        self._current = None
        self._copying = None
        self._copied = deque()
        self._rows_at_once = 0
        self._pipeline = PipelineStatus.OFF

    # Starting

    @classmethod
    def connect_start(cls, conninfo):
        self = cls()
        try:
            self._options = complete(parse(conninfo))
            self._status = ConnStatus.STARTED
            self._open()
        except (ParseError, LinkError) as error:
            self._fail(str(error))
        return self

    @classmethod
    def connect(cls, conninfo):
        self = cls.connect_start(conninfo)
        while self._status not in (ConnStatus.OK, ConnStatus.BAD):
            polled = self.connect_poll()
            if polled in (PollingStatus.READING, PollingStatus.WRITING):
                self._link.wait(polled == PollingStatus.WRITING)
        if self._status == ConnStatus.BAD:
            raise e.OperationalError(f"connection is bad: {self.get_error_message()}")
        return self

    def _open(self):
        if self._options.get("sslmode") in ("require", "verify-ca", "verify-full"):
            self._wants_encryption = True
        self._link = Link(self._options)
        self._phase = STARTED

    def _fail(self, reason):
        self._status = ConnStatus.BAD
        self._error = reason.encode() if isinstance(reason, str) else reason
        if not self._error.endswith(b"\n"):
            self._error += b"\n"

    def _fail_connecting(self, reason):
        self._fail(f"{self._link.name}{reason}")

    def _startup(self):
        options = self._options
        given = {
            "user": options["user"],
            "database": options["dbname"],
            "application_name": options.get("application_name") or options.get("fallback_application_name"),
            "client_encoding": options.get("client_encoding"),
            "options": options.get("options"),
            "replication": options.get("replication"),
        }
        if given["client_encoding"] == "auto":
            given["client_encoding"] = "UTF8"
        body = struct.pack("!i", PROTOCOL)
        for key, value in given.items():
            if value:
                body += text(key.encode()) + text(value.encode())
        body += b"\0"
        self._link.outgoing += struct.pack("!i", len(body) + 4) + body

    def connect_poll(self):
        if self._status == ConnStatus.OK:
            return PollingStatus.OK
        if self._status == ConnStatus.BAD:
            return PollingStatus.FAILED
        try:
            if self._phase == STARTED:
                if not self._link.finish_opening():
                    return PollingStatus.WRITING
                if getattr(self, "_wants_encryption", False):
                    self._fail_connecting("server does not support SSL, but SSL was required\n")
                    return PollingStatus.FAILED
                self._startup()
                self._phase = CONNECTED
                self._status = ConnStatus.AWAITING_RESPONSE
            if self._link.flush():
                return PollingStatus.WRITING
            is_open = self._link.receive()
            while (received := self._link.next_message()) is not None:
                self._starting(*received)
                if self._status == ConnStatus.BAD:
                    return PollingStatus.FAILED
                if self._status == ConnStatus.OK:
                    return PollingStatus.OK
            if not is_open:
                self._fail_connecting(CLOSED.decode())
                return PollingStatus.FAILED
            if self._link.flush():
                return PollingStatus.WRITING
        except LinkError as error:
            self._fail(str(error))
            return PollingStatus.FAILED
        return PollingStatus.READING

    def _starting(self, kind, body):
        if kind == b"R":
            self._authenticate(struct.unpack_from("!i", body)[0], body[4:])
        elif kind == b"E":
            error = PGresult(ExecStatus.FATAL_ERROR)
            error._take_error(body)
            self._fail_connecting(error.error_message.decode("utf-8", "replace"))
        elif kind == b"K":
            self._pid, self._secret = struct.unpack_from("!i", body)[0], body[4:]
        elif kind == b"Z":
            self._transaction = STATUS_OF[body]
            self._status = ConnStatus.OK
        else:
            self._asynchronous(kind, body)

    def _password(self):
        password = self._options.get("password") or password_from_file(self._options)
        if not password:
            self._needs_password = True
            self._fail_connecting("fe_sendauth: no password supplied\n")
        self._used_password = True
        return password

    def _authenticate(self, request, data):
        if request in (0, 12):
            if request == 12 and not self._scram.is_proved(data):
                self._fail_connecting("incorrect server signature\n")
            return
        if request == 11:
            answer = self._scram.final(data)
            if answer is None:
                self._fail_connecting("invalid SCRAM response (nonce mismatch)\n")
            else:
                self._link.outgoing += message(b"p", answer)
            return
        if request not in (3, 5, 10):
            self._fail_connecting(f"authentication method {request} not supported\n")
            return
        password = self._password()
        if self._status == ConnStatus.BAD:
            return
        if request == 3:
            self._link.outgoing += message(b"p", text(password.encode()))
        elif request == 5:
            self._link.outgoing += message(b"p", text(_auth.md5(self._options["user"], password, data[:4])))
        else:
            self._scram = _auth.Scram(password)
            first = self._scram.first()
            body = text(self._scram.mechanism) + struct.pack("!i", len(first)) + first
            self._link.outgoing += message(b"p", body)

    # Messages that may come at any time

    def _asynchronous(self, kind, body):
        if kind == b"S":
            key, value = body.split(b"\0")[:2]
            self._parameters[key] = value
        elif kind == b"N":
            notice = PGresult(ExecStatus.NONFATAL_ERROR)
            notice._take_error(body)
            if self.notice_handler:
                self.notice_handler(notice)
        elif kind == b"A":
            channel, payload = body[4:].split(b"\0")[:2]
            self._notifies.append(PGnotify(channel, struct.unpack_from("!i", body)[0], payload))
        else:
            return False
        return True

    def notifies(self):
        self._parse()
        return self._notifies.popleft() if self._notifies else None

    # The end

    def finish(self):
        if self._link is not None:
            if self._status == ConnStatus.OK:
                self._link.outgoing += message(b"X")
                self._link.flush()
            self._link.close()
            self._link = None
        self._status = ConnStatus.BAD
        self._transaction = TransactionStatus.UNKNOWN

    def __del__(self):
        if self._link is not None and getattr(self, "_owner", None) is None:
            self._link.close()

    def reset(self):
        self.reset_start()
        while self._status not in (ConnStatus.OK, ConnStatus.BAD):
            polled = self.reset_poll()
            if polled in (PollingStatus.READING, PollingStatus.WRITING):
                self._link.wait(polled == PollingStatus.WRITING)
        if self._status == ConnStatus.BAD:
            raise e.OperationalError(f"couldn't reset connection: {self.get_error_message()}")

    def reset_start(self):
        options, handlers = self._options, (self.notice_handler, self.notify_handler)
        self.finish()
        self.__init__()
        self._options = options
        self.notice_handler, self.notify_handler = handlers
        self._status = ConnStatus.STARTED
        try:
            self._open()
        except LinkError as error:
            self._fail(str(error))

    def reset_poll(self):
        return self.connect_poll()

    # What it is

    def __repr__(self):
        cls = f"{self.__class__.__module__}.{self.__class__.__qualname__}"
        return f"<{cls} {connection_summary(self)} at 0x{id(self):x}>"

    @property
    def pgconn_ptr(self):
        return id(self) if self._link is not None else None

    @property
    def info(self):
        self._must_be_open()
        return [option(key, self._options.get(key)) for key in self._options]

    def _must_be_open(self):
        if self._link is None:
            raise e.OperationalError("the connection is closed")

    def _option(self, key):
        self._must_be_open()
        return (self._options.get(key) or "").encode()

    db = property(lambda self: self._option("dbname"))
    user = property(lambda self: self._option("user"))
    password = property(lambda self: self._option("password"))
    port = property(lambda self: self._option("port"))
    options = property(lambda self: self._option("options"))
    tty = property(lambda self: b"")

    @property
    def host(self):
        given = self._option("host")
        if given or not self._link.is_local:
            return given or self.hostaddr
        return self._link.address.rsplit("/", 1)[0].encode()

    @property
    def hostaddr(self):
        self._must_be_open()
        return b"" if self._link.is_local else self._link.address[0].encode()

    @property
    def status(self):
        return self._status

    @property
    def transaction_status(self):
        if self._status != ConnStatus.OK:
            return TransactionStatus.UNKNOWN
        return TransactionStatus.ACTIVE if self._pending else self._transaction

    def parameter_status(self, name):
        self._must_be_open()
        return self._parameters.get(bytes(name))

    @property
    def error_message(self):
        return self._error

    def get_error_message(self, encoding="utf-8"):
        lines = self._error.decode(encoding, "replace").strip()
        for severity in ("ERROR", "FATAL", "PANIC"):
            lines = lines.removeprefix(f"{severity}:  ")
        return lines or "no details available"

    @property
    def _encoding(self):
        from psycopg._encodings import pg2pyenc

        return pg2pyenc(self._parameters.get(b"client_encoding", b"UTF8"))

    @property
    def protocol_version(self):
        self._must_be_open()
        return 3

    @property
    def full_protocol_version(self):
        self._must_be_open()
        return 30000

    @property
    def server_version(self):
        self._must_be_open()
        words = self._parameters.get(b"server_version", b"0").decode().split()[0].split(".")
        return int(words[0]) * 10000 + (int(words[1]) if len(words) > 1 and words[1].isdigit() else 0)

    @property
    def socket(self):
        self._must_be_open()
        return self._link.socket.fileno()

    @property
    def backend_pid(self):
        self._must_be_open()
        return self._pid

    needs_password = property(lambda self: self._needs_password)
    used_password = property(lambda self: self._used_password)
    used_gssapi = property(lambda self: False)
    ssl_in_use = property(lambda self: False)

    @classmethod
    def ping(cls, conninfo):
        from psycopg.pq._enums import Ping

        self = cls.connect_start(conninfo)
        while self._status not in (ConnStatus.OK, ConnStatus.BAD):
            polled = self.connect_poll()
            if polled in (PollingStatus.READING, PollingStatus.WRITING):
                self._link.wait(polled == PollingStatus.WRITING)
        spoke = self._status == ConnStatus.OK or b"FATAL:" in self._error
        starting = b"starting up" in self._error or b"shutting down" in self._error
        return Ping.REJECT if starting else Ping.OK if spoke else Ping.NO_RESPONSE

    def trace(self, fileno):
        raise e.NotSupportedError("the machine's libpq traces no messages")

    def set_trace_flags(self, flags):
        raise e.NotSupportedError("the machine's libpq traces no messages")

    def untrace(self):
        pass

    def encrypt_password(self, passwd, user, algorithm=None):
        kind = bytes(algorithm or self.parameter_status(b"password_encryption") or b"scram-sha-256")
        if kind == b"md5":
            from hashlib import md5

            return b"md5" + md5(bytes(passwd) + bytes(user)).hexdigest().encode()
        return _auth.scram_verifier(bytes(passwd))

    def change_password(self, user, passwd):
        from ._escaping import Escaping

        verifier, quote = self.encrypt_password(passwd, user), Escaping(self)
        result = self.exec_(b"ALTER USER " + quote.escape_identifier(user) + b" PASSWORD " + quote.escape_literal(verifier))
        if result.status != ExecStatus.COMMAND_OK:
            raise e.OperationalError(f"failed to change password change command: {result.get_error_message()}")
