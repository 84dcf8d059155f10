"""psycopg2's interface (https://www.psycopg.org/docs/) over psycopg 3, which is what speaks to the server on a machine of the lab.

Queries are bound on the client, as psycopg2 does it, so that errors and types are psycopg2's: `IN %s` with a tuple, lists as arrays.
"""

from psycopg2 import tz  # noqa: F401
from psycopg2._connection import connect
from psycopg2._exceptions import (
    DatabaseError,
    DataError,
    Error,
    IntegrityError,
    InterfaceError,
    InternalError,
    NotSupportedError,
    OperationalError,
    ProgrammingError,
    Warning,
)
from psycopg2._types import (
    BINARY,
    DATETIME,
    NUMBER,
    ROWID,
    STRING,
    Binary,
    Date,
    DateFromTicks,
    Time,
    TimeFromTicks,
    Timestamp,
    TimestampFromTicks,
)

apilevel = "2.0"
threadsafety = 2
paramstyle = "pyformat"
__version__ = "2.9.12 (dt dec pq3 ext lo64)"
__libpq_version__ = 170000

__all__ = [
    "BINARY", "Binary", "DATETIME", "DataError", "DatabaseError", "Date", "DateFromTicks", "Error", "IntegrityError", "InterfaceError",
    "InternalError", "NUMBER", "NotSupportedError", "OperationalError", "ProgrammingError", "ROWID", "STRING", "Time", "TimeFromTicks",
    "Timestamp", "TimestampFromTicks", "Warning", "apilevel", "connect", "paramstyle", "threadsafety",
]  # fmt: skip
