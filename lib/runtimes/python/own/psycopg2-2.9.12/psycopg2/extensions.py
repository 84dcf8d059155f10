"""Constants, and ways to teach psycopg2 new types (psycopg2.extensions)."""

import psycopg
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from psycopg2._connection import STATUS_BEGIN, STATUS_PREPARED, STATUS_READY, Notify, connection, cursor
from psycopg2._exceptions import QueryCanceledError, TransactionRollbackError
from psycopg2._types import BINARY, Binary  # noqa: F401

ISOLATION_LEVEL_AUTOCOMMIT = 0
ISOLATION_LEVEL_READ_COMMITTED = 1
ISOLATION_LEVEL_REPEATABLE_READ = 2
ISOLATION_LEVEL_SERIALIZABLE = 3
ISOLATION_LEVEL_READ_UNCOMMITTED = 4
ISOLATION_LEVEL_DEFAULT = None
TRANSACTION_STATUS_IDLE, TRANSACTION_STATUS_ACTIVE, TRANSACTION_STATUS_INTRANS = 0, 1, 2
TRANSACTION_STATUS_INERROR, TRANSACTION_STATUS_UNKNOWN = 3, 4
STATUS_IN_TRANSACTION = STATUS_BEGIN
POLL_OK, POLL_READ, POLL_WRITE, POLL_ERROR = 0, 1, 2, 3
UNICODE = UNICODEARRAY = DECIMAL = None
adapters = {}
encodings = {"UTF8": "utf_8", "UNICODE": "utf_8", "LATIN1": "iso8859_1", "SQL_ASCII": "ascii"}


class ISQLQuote:
    pass


class AsIs:
    """Text that goes into a query as it is."""

    def __init__(self, value):
        self.adapted = value

    def getquoted(self):
        return str(self.adapted).encode()

    def __str__(self):
        return str(self.adapted)


class _AsIsDumper(psycopg.adapt.Dumper):
    def dump(self, obj):
        return obj.getquoted()

    quote = dump


psycopg.adapters.register_dumper(AsIs, _AsIsDumper)


class QuotedString:
    def __init__(self, value):
        self.adapted = value

    def getquoted(self):
        return psycopg.sql.Literal(self.adapted).as_bytes(None)


def adapt(value):
    return value if hasattr(value, "getquoted") else QuotedString(value)


def register_adapter(kind, function):
    """Values of this type are quoted by what `function` makes of them."""

    class Adapted(psycopg.adapt.Dumper):
        def dump(self, obj):
            return function(obj).getquoted()

        quote = dump

    adapters[kind] = function
    psycopg.adapters.register_dumper(kind, Adapted)


def new_type(oids, name, function):
    class Loader(psycopg.adapt.Loader):
        def load(self, data):
            return function(bytes(data).decode(), None)

    Loader.oids, Loader.name = tuple(oids), name
    return Loader


def new_array_type(oids, name, base):
    return base


def register_type(kind, scope=None):
    for oid in getattr(kind, "oids", ()):
        (getattr(scope, "adapters", None) or psycopg.adapters).register_loader(oid, kind)


def quote_ident(name, scope=None):
    return psycopg.sql.Identifier(name).as_string(None)


def parse_dsn(dsn):
    return conninfo_to_dict(dsn)


def make_dsn(dsn=None, **kwargs):
    return make_conninfo(dsn or "", **kwargs)


def set_wait_callback(function):
    if function is not None:
        raise psycopg.NotSupportedError("wait callbacks of psycopg2 are not modeled")


def get_wait_callback():
    return None


__all__ = [name for name in dir() if not name.startswith("_")] + ["Notify", "QueryCanceledError", "STATUS_PREPARED", "STATUS_READY",
    "TransactionRollbackError", "connection", "cursor"]  # fmt: skip
