"""The machine's libpq: PostgreSQL's frontend/backend protocol, version 3, over the machine's own sockets.

psycopg 3 looks for a binding of the C library here first. There is no C library on a machine of the lab, so this package speaks to the
server itself; to psycopg it is the same interface as `psycopg.pq` (https://www.psycopg.org/psycopg3/docs/api/pq.html), and psycopg's own
files stay as they are.
"""

__version__ = "3.3.6"
