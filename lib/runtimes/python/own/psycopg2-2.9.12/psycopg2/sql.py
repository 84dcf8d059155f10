"""Queries made of parts (psycopg2.sql)."""

from psycopg.sql import *  # noqa: F403
from psycopg.sql import NULL, SQL, Composable, Composed, Identifier, Literal, Placeholder  # noqa: F401
