"""The command line of sqlite3 and its prompt."""

import os
import pwd
import re
import sqlite3
import sys

from .commands import run_command
from .shell import Exit, Shell

USAGE = """Usage: sqlite3 [OPTIONS] FILENAME [SQL]
FILENAME is the name of an SQLite database. A new database is created
if the file does not previously exist.
OPTIONS include:
   -ascii               set output mode to 'ascii'
   -bail                stop after hitting an error
   -batch               force batch I/O
   -box                 set output mode to 'box'
   -column              set output mode to 'column'
   -cmd COMMAND         run "COMMAND" before reading stdin
   -csv                 set output mode to 'csv'
   -echo                print inputs before execution
   -init FILENAME       read/process named file
   -[no]header          turn headers on or off
   -help                show this message
   -html                set output mode to HTML
   -interactive         force interactive I/O
   -json                set output mode to 'json'
   -line                set output mode to 'line'
   -list                set output mode to 'list'
   -markdown            set output mode to 'markdown'
   -newline SEP         set output row separator. Default: '\\n'
   -nullvalue TEXT      set text string for NULL values. Default ''
   -quote               set output mode to 'quote'
   -readonly            open the database read-only
   -separator SEP       set output column separator. Default: '|'
   -table               set output mode to 'table'
   -tabs                set output mode to 'tabs'
   -version             show SQLite version
"""
UNCOVERED = "A append deserialize lookaside maxsize memtrace mmap nofollow nonce pagecache safe stats vfs zip".split()
MODES = "ascii box column csv html json line list markdown quote table tabs".split()
WITH_VALUE = ("cmd", "init", "newline", "nullvalue", "separator")


def main():
    shell = Shell()
    try:
        status = run(shell, sys.argv[1:])
    except Exit as end:
        status = (1 if getattr(shell, "errors", 0) else 0) if end.status is None else end.status
    except KeyboardInterrupt:
        status = 130
    try:
        shell.reset_output()
        shell.flush()
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
    shell.close()
    return status


def bad_option(text):
    sys.stderr.write(f"sqlite3: Error: {text}\n")
    return 1


def run(shell, argv):
    operands, first_commands, init = [], [], None
    shell.interactive = os.isatty(0)
    rest = iter(argv)
    for argument in rest:
        if not argument.startswith("-") or argument == "-":
            operands.append(argument)
            continue
        name = argument[2:] if argument.startswith("--") else argument[1:]
        value = None
        if name in WITH_VALUE:
            value = next(rest, None)
            if value is None:
                return bad_option(f"missing argument to {argument}")
        if name == "cmd":
            first_commands.append(value)
        elif name == "init":
            init = value
        elif name == "separator":
            shell.separator = value
        elif name == "newline":
            shell.row_separator = value
        elif name == "nullvalue":
            shell.null_value = value
        elif name in MODES:
            shell.choose_mode(name)
        elif name in ("header", "noheader"):
            shell.headers, shell.headers_set = name == "header", True
        elif name in ("bail", "echo"):
            setattr(shell, name, True)
        elif name == "readonly":
            shell.read_only = True
        elif name == "batch":
            shell.interactive = False
        elif name == "interactive":
            shell.interactive = True
        elif name == "version":
            shell.write(f"{sqlite3.sqlite_version} {source_id()}\n")
            return 0
        elif name == "help":
            sys.stderr.write(USAGE)
            return 1
        elif name in UNCOVERED:
            return bad_option(f"{argument} is not offered on this machine; see -help for what is")
        else:
            status = bad_option(f"unknown option: {argument}")
            sys.stderr.write("Use -help for a list of options.\n")
            return status
    if operands:
        shell.path = operands[0]
    if shell.path != ":memory:" and os.path.exists(shell.path):
        shell.open()
    read_settings(shell, init)
    for command in first_commands:
        status = run_one(shell, command)
        if status and shell.bail:
            return status
    for command in operands[1:]:
        status = run_one(shell, command)
        if status:
            return status
    if operands[1:]:
        return 0
    return prompt(shell) if shell.interactive else shell.read_input(standard_input(), run_command)


def run_one(shell, command):
    return run_command(shell, command) if command.startswith(".") else shell.run_argument(command)


def read_settings(shell, init):
    path = init or os.path.join(home(), ".sqliterc")
    if init is None and not os.path.exists(path):
        return
    try:
        with open(path, encoding="utf-8", errors="surrogateescape") as file:
            lines = iter(file.read().splitlines())
    except OSError:
        shell.complain(f'cannot open: "{path}"')
        return
    if shell.interactive:
        shell.complain(f"-- Loading resources from {path}")
    shell.read_input(lambda continued: next(lines, None), run_command)


def home():
    """The user's folder as the account says, not the environment."""
    try:
        return pwd.getpwuid(os.getuid()).pw_dir
    except KeyError:
        return os.environ.get("HOME", "/")


def source_id():
    connection = sqlite3.connect(":memory:")
    try:
        return connection.execute("SELECT sqlite_source_id()").fetchone()[0]
    finally:
        connection.close()


def standard_input():
    def next_line(continued):
        line = sys.stdin.buffer.readline()
        return line.decode("utf-8", "surrogateescape").removesuffix("\n").removesuffix("\r") if line else None

    return next_line


def prompt(shell):
    shell.write(f'SQLite version {sqlite3.sqlite_version} {source_id()[:19]}\nEnter ".help" for usage hints.\n')
    if shell.path == ":memory:":
        shell.write("Connected to a \x1b[1mtransient in-memory database\x1b[0m.\n")
        shell.write('Use ".open FILENAME" to reopen on a persistent database.\n')
    shell.flush()
    lines = line_editor()
    shell.reader = lines or sys.stdin
    history = os.path.join(home(), ".sqlite_history")
    if lines:
        try:
            lines.read_history_file(history)
        except OSError:
            pass
    interrupted = 0

    def next_line(continued):
        nonlocal interrupted
        text = shell.more_prompt if continued else shell.prompt
        while True:
            try:
                line = lines.input(text) if lines else input(text)
                interrupted = 0
                return line
            except EOFError:
                shell.write("\n")
                return None
            except KeyboardInterrupt:
                # As with the real one, the third ends it.
                interrupted += 1
                shell.write("^C\n" if lines else "\n")
                shell.flush()
                if interrupted > 2:
                    raise Exit(1) from None

    try:
        return shell.read_input(next_line, run_command)
    finally:
        if lines:
            try:
                lines.set_history_length(2000)
                lines.write_history_file(history)
            except OSError:
                pass


def line_editor():
    """Python's own line editor, with history; None where the terminal can't be edited on."""
    if not (os.isatty(0) and os.isatty(1)) or re.fullmatch(r"|dumb", os.environ.get("TERM", "")):
        return None
    try:
        from _pyrepl.readline import _ReadlineWrapper

        lines = _ReadlineWrapper()
        lines.get_reader().can_colorize = False
        return lines
    except Exception:
        return None
