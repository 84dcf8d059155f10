"""An exception for each state of SQL (psycopg2.errors)."""

from psycopg.errors import *  # noqa: F403
from psycopg.errors import lookup  # noqa: F401
