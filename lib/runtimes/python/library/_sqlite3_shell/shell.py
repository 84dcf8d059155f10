"""The state of the shell, and how SQL is run and its errors are told (shell_exec and process_input of SQLite's shell.c)."""

import os
import re
import resource
import sqlite3
import sys
import time
import urllib.parse

from .rows import print_rows
from .statements import TOKEN, error_offset, fails_to_prepare, is_complete, is_plain, pointed_at, statements


class Exit(Exception):
    """The program is to end with this status; None: as the errors so far say."""

    def __init__(self, status=None):
        self.status = status


class Refused(Exception):
    """SQLite refused a statement: when ("in prepare", "stepping"), the words, and its number."""

    def __init__(self, when, message, code):
        super().__init__(message)
        self.when = when
        self.message = message
        self.code = code


class Shell:
    def __init__(self):
        self.path = ":memory:"
        self.read_only = False
        self.connection = None
        self.timeout = 0
        self.mode = "list"
        self.headers = False
        self.headers_set = False
        self.separator = "|"
        self.row_separator = "\n"
        self.null_value = ""
        self.table = '"table"'
        self.widths = []
        self.wrap = 0
        self.word_wrap = False
        self.quote = False
        self.bail = False
        self.echo = False
        self.timer = False
        self.changes = False
        self.plan = False
        self.interactive = False
        self.prompt = "sqlite> "
        self.more_prompt = "   ...> "
        self.output_name = "stdout"
        self.stdout = sys.stdout.buffer
        self.out = self.stdout
        self.once = False
        self.process = None
        self.parameters = {}
        self.line_number = 0
        # Where typed lines come from, when somebody types.
        self.reader = None

    # --- Settings.
    def set_mode(self, name):
        """As .mode does: with the separators that belong to it."""
        self.mode = {"lines": "line", "columns": "column", "tabs": "list", "qbox": "box"}.get(name, name)
        separators = {"lines": (None, "\n"), "line": (None, "\n"), "columns": (None, "\n"), "column": (None, "\n"), "list": ("|", "\n"), "tcl": (" ", "\n"), "csv": (",", "\r\n"), "tabs": ("\t", None), "quote": (",", "\n"), "ascii": ("\x1f", "\x1e")}
        column, row = separators.get(name, (None, None))
        self.separator = column or self.separator
        self.row_separator = row or self.row_separator
        if self.mode == "column" and not self.headers_set:
            self.headers = True

    def choose_mode(self, name):
        """As an option of the command line does."""
        self.mode = "list" if name == "tabs" else name
        separators = {"csv": ",", "tabs": "\t", "quote": ",", "ascii": "\x1f"}
        self.separator = separators.get(name, self.separator)
        if name == "ascii":
            self.row_separator = "\x1e"

    # --- Output.
    def write(self, text):
        self.out.write(text.encode("utf-8", "surrogateescape"))

    def complain(self, text):
        """A line on standard error."""
        if self.interactive:
            self.flush()
        sys.stderr.write(text.encode("utf-8", "surrogateescape").decode("utf-8", "replace") + "\n")
        sys.stderr.flush()

    def flush(self):
        self.out.flush()
        self.stdout.flush()

    def reset_output(self):
        if self.out is not self.stdout:
            self.out.close()
            if self.process:
                self.process.wait()
        self.out, self.process, self.once, self.output_name = self.stdout, None, False, "stdout"

    # --- The database.
    def open(self, must=True):
        """The connection, opened when it is first needed. Ends the program when that fails and it `must` be there."""
        if self.connection is not None:
            return self.connection
        try:
            self.connection = sqlite3.connect(self.address(), uri=True, timeout=self.timeout, isolation_level=None, cached_statements=0)
        except sqlite3.Error as error:
            self.complain(f'Error: unable to open database "{self.path}": {error}')
            if must:
                raise Exit(1) from None
            self.path, self.read_only = ":memory:", False
            return self.open()
        self.connection.text_factory = lambda text: text.decode("utf-8", "surrogateescape")
        self.connection.create_function("regexp", 2, matches, deterministic=True)
        self.connection.create_function("readfile", 1, read_file)
        self.connection.set_progress_handler(lambda: 0, 20_000)  # so that Ctrl-C is noticed
        return self.connection

    def address(self):
        if self.path.startswith("file:"):
            return self.path
        if self.path in (":memory:", ""):
            return "file::memory:" if self.path else "file:"
        return f"file:{urllib.parse.quote(os.path.abspath(self.path) if self.path.startswith('//') else self.path)}" + ("?mode=ro" if self.read_only else "")

    def close(self):
        if self.connection is not None:
            self.connection.close()
            self.connection = None

    def query(self, sql, parameters=()):
        return self.open().execute(sql, parameters).fetchall()

    # --- SQL.
    def execute(self, sql):
        """Runs all statements of the text. Raises Refused, with an arrow below the words where SQLite knows the place."""
        connection = self.open()
        try:
            for start, end in statements(sql):
                statement = sql[start:end]
                try:
                    if self.plan and not re.match(r"\s*(explain|pragma)\b", statement, re.IGNORECASE):
                        self.show_plan(connection.execute("EXPLAIN QUERY PLAN " + statement).fetchall())
                    self.step(connection, statement)
                except sqlite3.Error as error:
                    raise self.refusal(connection, sql[start:], statement, error) from None
                if self.interactive:
                    self.flush()
        except KeyboardInterrupt:
            raise Refused("stepping", "interrupted", 9) from None

    def step(self, connection, statement):
        cursor = connection.execute(statement, self.bound(statement))
        if cursor.description is None:
            cursor.close()
            return
        names = [column[0] for column in cursor.description]
        if re.match(r"\s*explain\s+query\s+plan\b", statement, re.IGNORECASE):
            self.show_plan(cursor.fetchall())
        elif re.match(r"\s*explain\b", statement, re.IGNORECASE) and self.mode == "list":
            self.mode = "explain"
            try:
                print_rows(self, names, cursor)
            finally:
                self.mode = "list"
        else:
            print_rows(self, names, cursor)

    def bound(self, statement):
        """Values for the parameters of a statement: those of .parameter, else NULL."""
        if not re.search(r"[?:@$]", statement):
            return ()
        nameless = sum(token[0] == "?" for token in TOKEN.finditer(statement))
        return (None,) * nameless if nameless else Parameters(self.parameters)

    def refusal(self, connection, rest, statement, error):
        message = str(error)
        code = getattr(error, "sqlite_errorcode", None)
        if code is None:
            return Refused("in prepare", message, 1)
        code &= 0xFF
        if code == 9:
            return Refused("stepping", message, code)
        if not fails_to_prepare(connection, statement, error):
            return Refused("stepping", message, code)
        offset = error_offset(connection, statement, message) if code == 1 else None
        suffix = f" ({code})" if code > 1 else ""
        return Refused("in prepare", message + suffix + ("" if offset is None else pointed_at(rest, offset)), code)

    def show_plan(self, rows):
        """EXPLAIN QUERY PLAN as a tree."""
        self.write("QUERY PLAN\n")

        def branch(parent, indent):
            children = [row for row in rows if row[1] == parent]
            for index, row in enumerate(children):
                last = index == len(children) - 1
                self.write(f"{indent}{'`--' if last else '|--'}{row[3]}\n")
                branch(row[0], indent + ("   " if last else "|  "))

        branch(0, "")

    def run_line(self, sql, start_line):
        """Runs SQL that was read; tells of an error with its line. Gives the number of errors."""
        before, used = time.monotonic(), resource.getrusage(resource.RUSAGE_SELF)
        failed = None
        try:
            self.execute(sql)
        except Refused as refused:
            failed = refused
        if self.timer:
            now = resource.getrusage(resource.RUSAGE_SELF)
            self.write(
                f"Run Time: real {time.monotonic() - before:.3f} user {now.ru_utime - used.ru_utime:.6f} sys {now.ru_stime - used.ru_stime:.6f}\n"
            )
        if failed is None:
            if self.changes:
                self.write(f"changes: {self.query('select changes()')[0][0]}   total_changes: {self.connection.total_changes}\n")
            return 0
        kind = "Parse error" if failed.when == "in prepare" else "Runtime error"
        place = "" if self.interactive and self.reader is not None else f" near line {start_line}"
        self.complain(f"{kind}{place}: {step_message(failed)}")
        return 1

    def run_argument(self, sql):
        """Runs SQL of the command line. Gives the exit status."""
        try:
            self.execute(sql)
        except Refused as failed:
            self.complain(f"Error: {failed.when}, {step_message(failed)}")
            return failed.code
        return 0

    # --- Input.
    def read_input(self, next_line, command):
        """Runs lines until there are none: `next_line(is_continued)` gives the next, or None. Gives 1 when there were errors."""
        errors, sql, start, saved = 0, None, 0, self.line_number
        self.line_number = 0
        try:
            while errors == 0 or not self.bail or self.reader is not None:
                self.flush()
                line = next_line(sql is not None)
                if line is None:
                    break
                self.line_number += 1
                if re.fullmatch(r"\s*(/|go)\s*", line, re.IGNORECASE) and (sql is None or is_complete(sql + ";")):
                    line = ";"
                if sql is None:
                    if is_plain(line):
                        self.echo_line(line)
                        continue
                    if line.startswith((".", "#")):
                        self.echo_line(line)
                        if line.startswith("."):
                            errors += 1 if command(self, line) else 0
                        continue
                    sql, start = line.lstrip(), self.line_number
                else:
                    sql += "\n" + line
                if is_plain(sql):
                    self.echo_line(sql)
                    sql = None
                elif ";" in line and is_complete(sql):
                    self.echo_line(sql)
                    errors += self.run_line(sql, start)
                    sql = None
                    if self.once:
                        self.reset_output()
            if sql is not None:
                self.echo_line(sql)
                errors += self.run_line(sql, start)
        finally:
            self.errors = errors
            self.line_number = saved
        return 1 if errors else 0

    def echo_line(self, text):
        if self.echo:
            self.write(text + "\n")


class Parameters(dict):
    """Parameters that nobody has set are NULL."""

    def __init__(self, values):
        super().__init__({name[1:]: value for name, value in values.items()})

    def __missing__(self, name):
        return None


def step_message(failed):
    if failed.when == "stepping" and failed.code > 1:
        return f"{failed.message} ({failed.code})"
    return failed.message


def matches(pattern, text):
    return None if pattern is None or text is None else int(re.search(str(pattern), str(text)) is not None)


def read_file(path):
    try:
        with open(path, "rb") as file:
            return file.read()
    except OSError:
        return None
