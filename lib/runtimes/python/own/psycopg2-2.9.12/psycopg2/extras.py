"""Cursors with rows by name, fast execution, JSON, UUIDs (psycopg2.extras)."""

import json
from collections import OrderedDict

import psycopg
from psycopg.rows import dict_row, namedtuple_row
from psycopg.types.json import Json as PsycopgJson
from psycopg.types.json import set_json_loads

from psycopg2._connection import connection, cursor


class DictRow(list):
    """A row whose columns are reached by number and by name."""

    def __init__(self, names, values):
        super().__init__(values)
        self._index = names

    def __getitem__(self, key):
        return super().__getitem__(self._index[key] if isinstance(key, str) else key)

    def __contains__(self, key):
        return key in self._index

    def get(self, key, default=None):
        return self[key] if key in self._index else default

    def keys(self):
        return iter(self._index)

    def values(self):
        return super().__iter__()

    def items(self):
        return ((name, self[name]) for name in self._index)

    def copy(self):
        return OrderedDict(self.items())


def _dict_rows(cur):
    names = {column.name: index for index, column in enumerate(cur.description or ())}
    return lambda values: DictRow(names, values)


class DictCursor(cursor):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.row_factory = _dict_rows


class RealDictRow(dict):
    pass


class RealDictCursor(cursor):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.row_factory = dict_row


class NamedTupleCursor(cursor):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.row_factory = namedtuple_row


class _FactoryConnection(connection):
    factory = cursor

    def cursor(self, *args, **kwargs):
        kwargs.setdefault("cursor_factory", self.factory)
        return super().cursor(*args, **kwargs)


class DictConnection(_FactoryConnection):
    factory = DictCursor


class RealDictConnection(_FactoryConnection):
    factory = RealDictCursor


class NamedTupleConnection(_FactoryConnection):
    factory = NamedTupleCursor


class Json(PsycopgJson):
    def __init__(self, adapted, dumps=None):
        super().__init__(adapted, dumps or json.dumps)

    @property
    def adapted(self):
        return self.obj


def execute_batch(cur, sql, argslist, page_size=100):
    page = []
    for args in argslist:
        page.append(cur.mogrify(sql, args))
        if len(page) == page_size:
            cur.execute(b";".join(page))
            page = []
    if page:
        cur.execute(b";".join(page))


def execute_values(cur, sql, argslist, template=None, page_size=100, fetch=False):
    """`INSERT … VALUES %s` with many rows a statement."""
    text = sql.as_string(None) if hasattr(sql, "as_string") else sql.decode() if isinstance(sql, bytes) else sql
    before, mark, after = text.partition("%s")
    if not mark or "%s" in after:
        raise ValueError("the query contains more than one '%s' placeholder" if mark else "the query doesn't contain any '%s' placeholder")
    before, after = before.replace("%%", "%"), after.replace("%%", "%")
    found, rows = [], list(argslist)
    for start in range(0, len(rows), page_size):
        made = []
        for row in rows[start : start + page_size]:
            shape = template or f"({', '.join(['%s'] * len(row))})"
            made.append(cur.mogrify(shape, row).decode())
        cur.execute(before + ", ".join(made) + after)
        if fetch:
            found.extend(cur.fetchall())
    return found if fetch else None


def register_uuid(oids=None, conn_or_curs=None):
    """UUIDs are read and written as they are."""


def register_default_json(conn_or_curs=None, globally=False, loads=None):
    if loads is not None:
        set_json_loads(loads, getattr(conn_or_curs, "connection", conn_or_curs))


def register_default_jsonb(conn_or_curs=None, globally=False, loads=None):
    register_default_json(conn_or_curs, globally, loads)


def register_json(conn_or_curs=None, globally=False, loads=None, oid=None, array_oid=None, name="json"):
    register_default_json(conn_or_curs, globally, loads)


def register_hstore(conn_or_curs, globally=False, unicode=False, oid=None, array_oid=None):
    from psycopg.types import TypeInfo, hstore

    conn = getattr(conn_or_curs, "connection", conn_or_curs)
    info = TypeInfo.fetch(conn, "hstore")
    if info is None:
        raise psycopg.ProgrammingError("hstore type not found in the database. please install it from your 'contrib/hstore.sql' file")
    hstore.register_hstore(info, conn)


def register_composite(name, conn_or_curs, globally=False, factory=None):
    from psycopg.types.composite import CompositeInfo, register_composite

    conn = getattr(conn_or_curs, "connection", conn_or_curs)
    register_composite(CompositeInfo.fetch(conn, name), conn)


class HstoreAdapter:
    @staticmethod
    def get_oids(conn_or_curs):
        conn = getattr(conn_or_curs, "connection", conn_or_curs)
        with conn.cursor() as cur:
            cur.execute("SELECT oid, typarray FROM pg_type WHERE typname = 'hstore'")
            row = cur.fetchone()
        return None if row is None else ((row[0],), (row[1],))


def wait_select(conn):
    conn.poll()
