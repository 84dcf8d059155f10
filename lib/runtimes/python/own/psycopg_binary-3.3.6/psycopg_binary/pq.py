"""The machine's libpq under the name by which psycopg looks for it."""

from psycopg_c.pq import *  # noqa: F403
from psycopg_c.pq import __build_version__, __impl__  # noqa: F401
