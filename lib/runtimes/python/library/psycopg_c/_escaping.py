"""Quoting for SQL (https://www.postgresql.org/docs/18/libpq-exec.html#LIBPQ-EXEC-ESCAPE-STRING)."""

from psycopg import errors as e


class Escaping:
    def __init__(self, conn=None):
        self.conn = conn

    def _check(self, data):
        if self.conn is None:
            raise e.OperationalError("escape_literal failed: no connection provided")
        return bytes(data)

    def escape_literal(self, data):
        data = self._check(data).replace(b"'", b"''")
        if b"\\" in data:
            return b" E'" + data.replace(b"\\", b"\\\\") + b"'"
        return b"'" + data + b"'"

    def escape_identifier(self, data):
        return b'"' + self._check(data).replace(b'"', b'""') + b'"'

    def escape_string(self, data):
        data = bytes(data).replace(b"'", b"''")
        if self.conn is not None and self.conn.parameter_status(b"standard_conforming_strings") == b"off":
            data = data.replace(b"\\", b"\\\\")
        return data

    def escape_bytea(self, data):
        return b"\\x" + bytes(data).hex().encode()

    def unescape_bytea(self, data):
        data = bytes(data)
        if data.startswith(b"\\x"):
            return bytes.fromhex(data[2:].decode())
        out, at = bytearray(), 0
        while at < len(data):
            if data[at] != 0x5C:
                out.append(data[at])
                at += 1
            elif data[at + 1 : at + 2] == b"\\":
                out.append(0x5C)
                at += 2
            else:
                out.append(int(data[at + 1 : at + 4], 8))
                at += 4
        return bytes(out)
