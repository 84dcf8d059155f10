"""Names of the states of SQL (psycopg2.errorcodes): UNIQUE_VIOLATION is '23505'."""

import re

from psycopg import errors


def _names():
    for name in dir(errors):
        state = getattr(getattr(errors, name), "sqlstate", None)
        if isinstance(state, str):
            yield re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name).upper(), state


globals().update(_names())


def lookup(code):
    for name, state in _names():
        if state == code:
            return name
    raise KeyError(code)
