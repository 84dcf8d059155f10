"""What psycopg looks for in an implementation of `psycopg.pq`."""

from ._cancel import PGcancel, PGcancelConn
from ._commands import PGconn
from ._conninfo import Conninfo
from ._escaping import Escaping
from ._result import PGresult

# psycopg then uses its own adapters, in Python.
__impl__ = "python"
__build_version__ = 170000


def version():
    """The version of libpq that this behaves as."""
    return __build_version__


__all__ = ["Conninfo", "Escaping", "PGcancel", "PGcancelConn", "PGconn", "PGresult", "version"]
