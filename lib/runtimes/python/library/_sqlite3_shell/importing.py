"""The dot-command .import: rows of a text file become rows of a table."""

import sqlite3
import subprocess

from .help_text import HELP
from .values import quoted_name


class Source:
    """Fields of separated text, one after the other (csv_read_one_field and ascii_read_one_field of shell.c)."""

    def __init__(self, shell, name, text, column, row):
        self.shell, self.name, self.text, self.column, self.row = shell, name, text, column, row
        self.at, self.line, self.ended_with = 0, 1, None

    def record(self, quotes):
        """The next row; None at the end."""
        if self.at >= len(self.text):
            return None
        fields = []
        while True:
            fields.append(self.quoted() if quotes and self.text[self.at : self.at + 1] == '"' else self.plain())
            if self.ended_with != self.column:
                return fields

    def plain(self):
        ends = [place for place in (self.text.find(self.column, self.at), self.text.find(self.row, self.at)) if place >= 0]
        end = min(ends, default=len(self.text))
        field = self.text[self.at : end]
        self.finish(end)
        return field[:-1] if self.ended_with == "\n" and field.endswith("\r") else field

    def finish(self, end):
        self.ended_with = next((mark for mark in (self.column, self.row) if self.text.startswith(mark, end)), None)
        self.at = end + len(self.ended_with or "")
        if self.ended_with == self.row:
            self.line += 1

    def quoted(self):
        start, at, out = self.line, self.at + 1, []
        while True:
            end = self.text.find('"', at)
            if end < 0:
                self.shell.complain(f'{self.name}:{start}: unterminated "-quoted field')
                out.append(self.text[at:])
                self.finish(len(self.text))
                return "".join(out)
            out.append(self.text[at:end])
            self.line += self.text.count("\n", at, end)
            following = self.text[end + 1 :]
            if following.startswith('"'):
                out.append('"')
                at = end + 2
                continue
            if following[:1] == "\r" and following[1:].startswith(self.row):
                end += 1
            elif following and not following.startswith((self.column, self.row)):
                self.shell.complain(f'{self.name}:{self.line}: unescaped " character')
                out.append('"')
                at = end + 1
                continue
            self.finish(end + 1)
            return "".join(out)


def usage(shell, text):
    shell.write(f"ERROR: {text}Usage:\n" + "".join(f"{line}\n" for line in HELP["import"]))
    return 1


def import_file(shell, arguments):
    operands, quotes, skip, schema, verbose = [], shell.mode != "ascii", 0, "main", False
    column, row = None, None
    rest = iter(arguments[1:])
    for argument in rest:
        option = argument[1:] if argument.startswith("--") else argument
        if not argument.startswith("-"):
            if len(operands) == 2:
                return usage(shell, f'extra argument: "{argument}".  ')
            operands.append(argument)
        elif option == "-v":
            verbose = True
        elif option == "-schema":
            schema = next(rest, "main")
        elif option == "-skip":
            skip = int(next(rest, "0") or 0)
        elif option == "-ascii":
            column, row, quotes = "\x1f", "\x1e", False
        elif option == "-csv":
            column, row, quotes = ",", "\n", True
        else:
            return usage(shell, f'unknown option: "{option}".  ')
    if len(operands) < 2:
        return usage(shell, f"missing {'TABLE' if operands else 'FILE'} argument. ")
    if column is None:
        column, row = shell.separator, shell.row_separator
        if column == "":
            shell.complain("Error: non-null column separator required for import")
            return 1
        if row == "":
            shell.complain("Error: non-null row separator required for import")
            return 1
        if row == "\r\n":
            row = "\n"
    path, table = operands
    try:
        text, name = (piped(path[1:]), "<pipe>") if path.startswith("|") else (read(path), path)
    except OSError:
        shell.complain(f'Error: cannot open "{path}"')
        return 1
    source = Source(shell, name, text, column, row)
    for _ in range(skip):
        source.record(quotes)
    return fill(shell, source, quotes, schema, table, verbose)


def read(path):
    with open(path, encoding="utf-8", errors="surrogateescape", newline="") as file:
        return file.read().removeprefix("\ufeff")


def piped(command):
    return subprocess.run(command, shell=True, stdout=subprocess.PIPE).stdout.decode("utf-8", "surrogateescape")


def fill(shell, source, quotes, schema, table, verbose):
    connection = shell.open()
    target = f"{quoted_name(schema)}.{quoted_name(table)}"
    try:
        columns = connection.execute("SELECT count(*) FROM pragma_table_info(?, ?)", (table, schema)).fetchone()[0]
        if columns == 0:
            names = source.record(quotes)
            if names is None:
                shell.complain(f"{source.name}: empty file")
                return 1
            columns = len(names)
            distinct = unlike(names)
            renamed = [f'"{old}" to "{new}"' for old, new in zip(names, distinct) if old != new]
            if renamed:
                shell.complain(f"Columns renamed during .import {source.name} due to duplicates:\n" + ",\n".join(renamed))
            create = f"CREATE TABLE {target if schema != 'main' else quoted_name(table)}(\n{', '.join(f'{quoted_name(each)} TEXT' for each in distinct)})"
            if verbose:
                shell.write(create + "\n\n")
            connection.execute(create)
    except sqlite3.Error as error:
        shell.complain(f"Error: {error}")
        return 1
    insert = f"INSERT INTO {target} VALUES({','.join('?' * columns)})"
    own = not connection.in_transaction
    if own:
        connection.execute("BEGIN")
    added = errors = 0
    while True:
        line = source.line
        record = source.record(quotes)
        if record is None:
            break
        if len(record) < columns:
            shell.complain(f"{source.name}:{line}: expected {columns} columns but found {len(record)} - filling the rest with NULL")
            record += [None] * (columns - len(record))
        elif len(record) > columns:
            shell.complain(f"{source.name}:{line}: expected {columns} columns but found {len(record)} - extras ignored")
            del record[columns:]
        try:
            connection.execute(insert, record)
            added += 1
        except sqlite3.Error as error:
            shell.complain(f"{source.name}:{line}: INSERT failed: {error}")
            errors += 1
    if own:
        connection.execute("COMMIT")
    if verbose:
        shell.write(f"Added {added} rows with {errors} errors using {source.line - 1} lines of input\n")
    return 0


def unlike(names):
    """Names of columns that differ: those that do not are numbered."""
    lower = [name.lower() for name in names]
    return [f"{name or '?'}_{index + 1}" if lower.count(name.lower()) > 1 or name == "" else name for index, name in enumerate(names)]
