"""psycopg2's exceptions are psycopg's, which have the same names; they also know `pgcode`, `pgerror` and `cursor`."""

from psycopg import errors
from psycopg.errors import (
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


def _pgerror(self):
    if self.pgresult is None:
        return None
    return self.pgresult.error_message.decode("utf-8", "replace")


Error.pgcode = property(lambda self: self.sqlstate)
Error.pgerror = property(_pgerror)
Error.cursor = None

_message = Error.__str__


def _with_line_break(self):
    """psycopg2 leaves the line break at the end of what the server says."""
    text = _message(self)
    return f"{text}\n" if self.pgresult is not None and text and not text.endswith("\n") else text


Error.__str__ = _with_line_break

QueryCanceledError = errors.QueryCanceled
TransactionRollbackError = errors.TransactionRollback if hasattr(errors, "TransactionRollback") else errors.OperationalError

__all__ = [
    "DataError", "DatabaseError", "Error", "IntegrityError", "InterfaceError", "InternalError", "NotSupportedError", "OperationalError",
    "ProgrammingError", "QueryCanceledError", "TransactionRollbackError", "Warning",
]  # fmt: skip
