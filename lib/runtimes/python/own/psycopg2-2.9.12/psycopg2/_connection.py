"""Connections and cursors with psycopg2's interface."""

import psycopg
from psycopg import ClientCursor, IsolationLevel
from psycopg.adapt import Dumper
from psycopg.pq import TransactionStatus

STATUS_READY, STATUS_BEGIN, STATUS_PREPARED = 1, 2, 5
LEVELS = {1: IsolationLevel.READ_COMMITTED, 2: IsolationLevel.REPEATABLE_READ, 3: IsolationLevel.SERIALIZABLE, 4: IsolationLevel.READ_UNCOMMITTED}
NAMES = {"READ COMMITTED": 1, "REPEATABLE READ": 2, "SERIALIZABLE": 3, "READ UNCOMMITTED": 4}


class TupleDumper(Dumper):
    """`IN %s` with a tuple."""

    def _parts(self, obj):
        from psycopg.adapt import Transformer

        tx = Transformer.from_context(self.connection)
        return [tx.as_literal(item) for item in obj]

    def dump(self, obj):
        return self.quote(obj)

    def quote(self, obj):
        return b"(" + b", ".join(self._parts(obj)) + b")"


class cursor(ClientCursor):
    """A cursor that binds on the client."""

    def __init__(self, connection, name=None, cursor_factory=None, scrollable=None, withhold=False, **kwargs):
        super().__init__(connection, **kwargs)
        self.itersize = 2000

    @property
    def query(self):
        return self._query.query if self._query is not None else None

    def mogrify(self, query, params=None):
        return super().mogrify(_text(query), _params(params)).encode()

    def execute(self, query, vars=None, **kwargs):
        try:
            super().execute(_text(query), _params(vars), prepare=False)
        except psycopg.Error as error:
            error.cursor = self
            raise

    def executemany(self, query, vars_list):
        for each in vars_list:
            self.execute(query, each)

    def callproc(self, procname, parameters=None):
        given = parameters or ()
        self.execute(f"SELECT * FROM {procname}({', '.join(['%s'] * len(given))})", given)
        return parameters

    def fetchone(self):
        _must_have_rows(self)
        return super().fetchone()

    def fetchmany(self, size=None):
        _must_have_rows(self)
        return super().fetchmany(size or self.arraysize)

    def fetchall(self):
        _must_have_rows(self)
        return super().fetchall()

    def copy_expert(self, sql, file, size=8192):
        with self.copy(_text(sql)) as copy:
            if "stdin" in str(sql).lower():
                while data := file.read(size):
                    copy.write(data)
            else:
                for data in copy:
                    file.write(bytes(data).decode() if hasattr(file, "encoding") or "StringIO" in type(file).__name__ else bytes(data))

    def copy_from(self, file, table, sep="\t", null="\\N", size=8192, columns=None):
        names = f" ({', '.join(columns)})" if columns else ""
        self.copy_expert(f"COPY {table}{names} FROM STDIN WITH (DELIMITER '{sep}', NULL '{null}')", file, size)

    def copy_to(self, file, table, sep="\t", null="\\N", columns=None):
        names = f" ({', '.join(columns)})" if columns else ""
        self.copy_expert(f"COPY {table}{names} TO STDOUT WITH (DELIMITER '{sep}', NULL '{null}')", file)

    def cast(self, oid, value):
        return value

    def setinputsizes(self, sizes):
        pass

    def setoutputsize(self, size, column=None):
        pass


def _must_have_rows(cur):
    if cur.description is None:
        raise psycopg.ProgrammingError("no results to fetch")


def _text(query):
    as_string = getattr(query, "as_string", None)
    if as_string is not None:
        return as_string(None)
    return query.decode() if isinstance(query, bytes) else query


def _params(vars):
    return None if vars is None else vars if isinstance(vars, dict) or hasattr(vars, "keys") else list(vars)


class connection(psycopg.Connection):
    """A connection with psycopg2's ways: `with` ends the transaction, not the connection."""

    cursor_factory = cursor
    async_ = 0

    def cursor(self, name=None, cursor_factory=None, withhold=False, scrollable=None, **kwargs):
        factory = cursor_factory or self.cursor_factory
        if name is not None:
            return psycopg.ServerCursor(self, name, withhold=withhold, scrollable=scrollable)
        return factory(self, **kwargs)

    def __exit__(self, kind, value, traceback):
        if kind is None:
            self.commit()
        else:
            self.rollback()

    @property
    def closed(self):
        return 2 if self.broken else int(super().closed)

    @property
    def encoding(self):
        return self.info.parameter_status("client_encoding")

    def set_client_encoding(self, encoding):
        self.execute(f"SET client_encoding TO '{encoding}'")

    @property
    def isolation_level(self):
        if self.autocommit:
            return 0
        level = super().isolation_level
        return next((number for number, each in LEVELS.items() if each == level), None)

    @isolation_level.setter
    def isolation_level(self, level):
        self.set_isolation_level(level)

    def set_isolation_level(self, level):
        if isinstance(level, str):
            level = NAMES[level.upper()]
        if level == 0:
            self.autocommit = True
            return
        self.autocommit = False
        psycopg.Connection.isolation_level.fset(self, LEVELS.get(level))

    def set_session(self, isolation_level=None, readonly=None, deferrable=None, autocommit=None):
        if isolation_level is not None:
            psycopg.Connection.isolation_level.fset(self, LEVELS.get(NAMES.get(str(isolation_level).upper(), isolation_level)))
        if readonly is not None:
            self.read_only = None if readonly == "default" else bool(readonly)
        if deferrable is not None:
            self.deferrable = None if deferrable == "default" else bool(deferrable)
        if autocommit is not None:
            self.autocommit = bool(autocommit)

    @property
    def readonly(self):
        return self.read_only

    @readonly.setter
    def readonly(self, value):
        self.read_only = value

    @property
    def status(self):
        return STATUS_READY if self.pgconn.transaction_status == TransactionStatus.IDLE else STATUS_BEGIN

    def get_transaction_status(self):
        return int(self.pgconn.transaction_status)

    def get_backend_pid(self):
        return self.info.backend_pid

    def get_parameter_status(self, parameter):
        return self.info.parameter_status(parameter)

    def get_dsn_parameters(self):
        return self.info.get_parameters()

    @property
    def dsn(self):
        return self.info.dsn

    @property
    def server_version(self):
        return self.info.server_version

    @property
    def protocol_version(self):
        return 3

    @property
    def notices(self):
        return self.__dict__.setdefault("_notices", [])

    @property
    def notifies(self):
        return self.__dict__.setdefault("_notified", [])

    def poll(self):
        self.pgconn.consume_input()
        while (found := self.pgconn.notifies()) is not None:
            self.notifies.append(Notify(found.be_pid, found.relname.decode(), found.extra.decode()))
        return 0

    def reset(self):
        self.rollback()
        self.execute("RESET ALL")
        self.execute("SET SESSION AUTHORIZATION DEFAULT")
        self.rollback()


class Notify:
    def __init__(self, pid, channel, payload=""):
        self.pid, self.channel, self.payload = pid, channel, payload

    def __repr__(self):
        return f"Notify({self.pid!r}, {self.channel!r}, {self.payload!r})"


def connect(dsn=None, connection_factory=None, cursor_factory=None, **kwargs):
    """A new connection; words as libpq's, `database` for `dbname`."""
    for gone in ("async", "async_"):
        if kwargs.pop(gone, 0):
            raise psycopg.NotSupportedError("asynchronous connections of psycopg2 are not modeled; psycopg has AsyncConnection")
    if "database" in kwargs:
        kwargs["dbname"] = kwargs.pop("database")
    given = {key: value for key, value in kwargs.items() if value is not None}
    if not given and not dsn and dsn != "":
        raise TypeError("missing dsn and no parameters")
    factory = connection_factory or connection
    try:
        made = factory.connect(dsn or "", **given)
    except psycopg.OperationalError as error:
        # psycopg2 gives libpq's own words.
        text = str(error)
        for prefix in ("connection failed: ", "connection is bad: "):
            text = text.removeprefix(prefix)
        raise psycopg.OperationalError(f"{text}\n") from None
    made.adapters.register_dumper(tuple, TupleDumper)
    made.add_notice_handler(lambda notice: made.notices.append(f"{notice.severity}:  {notice.message_primary}\n"))
    # psycopg sets its own on each connection.
    made.cursor_factory = cursor_factory or factory.cursor_factory
    return made
