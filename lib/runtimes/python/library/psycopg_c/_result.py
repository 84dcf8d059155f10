"""A result of a command (PGresult), built of the server's messages."""

import struct

from psycopg.pq._enums import ExecStatus, Format

FIELD = struct.Struct("!IhIhih")
# How much of a long line is shown around a mistake (fe-protocol3.c).
DISPLAY_SIZE, MIN_RIGHT_CUT = 60, 10


def place(query, position):
    """The line of the query in which a mistake is, with a mark below it (reportErrorPosition)."""
    at = position - 1
    if not 0 <= at <= len(query):
        return ""
    lines = query.replace("\r", "\n").split("\n")
    number, start = 1, 0
    for line in lines:
        if at <= start + len(line):
            break
        start += len(line) + 1
        number += 1
    text, column = lines[number - 1].replace("\t", " "), at - start
    before, after = 0, len(text)
    if after - before > DISPLAY_SIZE:
        if before + DISPLAY_SIZE >= column + MIN_RIGHT_CUT:
            after = before + DISPLAY_SIZE
        else:
            after = min(column + MIN_RIGHT_CUT, len(text))
            before = max(0, after - DISPLAY_SIZE)
    head = f"LINE {number}: {'...' if before else ''}"
    return f"{head}{text[before:after]}{'...' if after < len(text) else ''}\n{' ' * (len(head) + column - before)}^\n"


class PGresult:
    def __init__(self, status=ExecStatus.COMMAND_OK):
        self.status = status
        self._fields = []
        self._rows = []
        self._parameters = []
        self._error = {}
        self._tag = b""
        self._binary = 0
        self._query = b""

    def __repr__(self):
        cls = f"{self.__class__.__module__}.{self.__class__.__qualname__}"
        return f"<{cls} [{ExecStatus(self.status).name}] at 0x{id(self):x}>"

    def clear(self):
        self._rows = []

    @property
    def pgresult_ptr(self):
        return id(self)

    # Messages

    def _take_description(self, body):
        (count,) = struct.unpack_from("!H", body)
        at = 2
        for _ in range(count):
            end = body.index(b"\0", at)
            self._fields.append((body[at:end], *FIELD.unpack_from(body, end + 1)))
            at = end + 1 + FIELD.size

    def _take_row(self, body):
        (count,) = struct.unpack_from("!H", body)
        row, at = [], 2
        for _ in range(count):
            size = int.from_bytes(body[at : at + 4], "big", signed=True)
            at += 4
            if size < 0:
                row.append(None)
            else:
                row.append(body[at : at + size])
                at += size
        self._rows.append(row)

    def _take_parameters(self, body):
        (count,) = struct.unpack_from("!H", body)
        self._parameters = list(struct.unpack_from(f"!{count}I", body, 2))

    def _take_copy(self, body):
        binary, count = struct.unpack_from("!bH", body)
        self._binary = binary
        self._fields = [(b"", 0, 0, 0, 0, 0, each) for each in struct.unpack_from(f"!{count}H", body, 3)]

    def _take_error(self, body):
        for part in body.split(b"\0"):
            if part:
                self._error[part[0]] = part[1:]

    # What psycopg asks

    @property
    def error_message(self):
        if not self._error:
            return b""
        severity, message = self._error.get(ord("S"), b"ERROR"), self._error.get(ord("M"), b"")
        lines = [severity + b":  " + message]
        if (position := self._error.get(ord("P"))) and self._query:
            shown = place(self._query.decode("utf-8", "replace"), int(position))
            lines += [shown.rstrip("\n").encode()] if shown else []
        for letter, name in (("D", b"DETAIL"), ("H", b"HINT"), ("q", b"QUERY"), ("W", b"CONTEXT")):
            if text := self._error.get(ord(letter)):
                lines.append(name + b":  " + text)
        return b"\n".join(lines) + b"\n"

    def get_error_message(self, encoding="utf-8"):
        message = self.error_message.decode(encoding, "replace").strip()
        for severity in ("ERROR", "FATAL", "PANIC"):
            message = message.removeprefix(f"{severity}:  ")
        return message or "no details available"

    def error_field(self, fieldcode):
        return self._error.get(int(fieldcode))

    @property
    def ntuples(self):
        return len(self._rows)

    @property
    def nfields(self):
        return len(self._fields)

    def _field(self, column, part):
        return self._fields[column][part] if 0 <= column < len(self._fields) else None

    def fname(self, column_number):
        return self._field(column_number, 0)

    def ftable(self, column_number):
        return self._field(column_number, 1) or 0

    def ftablecol(self, column_number):
        return self._field(column_number, 2) or 0

    def ftype(self, column_number):
        return self._field(column_number, 3) or 0

    def fsize(self, column_number):
        return self._field(column_number, 4) or 0

    def fmod(self, column_number):
        return self._field(column_number, 5) or 0

    def fformat(self, column_number):
        return Format(self._field(column_number, 6) or 0)

    @property
    def binary_tuples(self):
        if self.status in (ExecStatus.COPY_IN, ExecStatus.COPY_OUT, ExecStatus.COPY_BOTH):
            return Format(self._binary)
        return Format(1 if self._fields and all(field[6] for field in self._fields) else 0)

    def get_value(self, row_number, column_number):
        return self._rows[row_number][column_number]

    @property
    def nparams(self):
        return len(self._parameters)

    def param_type(self, param_number):
        return self._parameters[param_number]

    @property
    def command_status(self):
        return self._tag

    @property
    def command_tuples(self):
        last = self._tag.rpartition(b" ")[2]
        return int(last) if last.isdigit() else None

    @property
    def oid_value(self):
        words = self._tag.split()
        return int(words[1]) if len(words) == 3 and words[0] == b"INSERT" else 0

    def set_attributes(self, descriptions):
        self._fields = [(d.name, d.tableid, d.columnid, d.typid, d.typlen, d.atttypmod, d.format) for d in descriptions]
