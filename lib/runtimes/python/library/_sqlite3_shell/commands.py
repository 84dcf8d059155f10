"""The dot-commands. Each gets the shell and its words (its own name first) and gives 1 when it failed."""

import os
import re
import sqlite3
import subprocess

from . import schema
from .help_text import HELP, UNCOVERED
from .importing import import_file
from .rows import COLUMNAR, MODES
from .shell import Exit
from .values import backslashes, c_text, name_text

ARGUMENT = re.compile(r"""\s*(?:'([^']*)'?|"((?:\\.|[^"\\])*)"?|(\S+))""", re.DOTALL)


def words(line):
    """Splits a dot-command: single quotes take everything as it is, elsewhere backslashes escape."""
    found = []
    for single, double, plain in (match.groups() for match in ARGUMENT.finditer(line.strip())):
        found.append(single if single is not None else backslashes(double if double is not None else plain))
    return found


def run_command(shell, line):
    arguments = words(line[1:])
    if not arguments:
        return 0
    name = arguments[0]
    for full, least, function in COMMANDS:
        if len(name) >= least and full.startswith(name):
            try:
                failed = function(shell, arguments)
            except sqlite3.Error as error:
                shell.complain(f"Error: {error}")
                failed = 1
            if shell.once == "armed":
                shell.once = True
            elif shell.once:
                shell.reset_output()
            return failed
    if any(other.startswith(name) and len(name) >= 3 for other in UNCOVERED):
        shell.complain(f'Error: ".{name}" is not offered on this machine. Enter ".help" for what is')
        return 1
    shell.complain(f'Error: unknown command or invalid arguments:  "{name}". Enter ".help" for help')
    return 1


def boolean(shell, text):
    if re.fullmatch(r"\d+", text):
        return int(text) != 0
    if text.lower() in ("on", "yes"):
        return True
    if text.lower() not in ("off", "no"):
        shell.complain(f'ERROR: Not a boolean value: "{text}". Assuming "no".')
    return False


def switch(attribute, usage):
    def command(shell, arguments):
        if len(arguments) != 2:
            shell.complain(f"Usage: .{usage} on|off")
            return 1
        setattr(shell, attribute, boolean(shell, arguments[1]))
        if attribute == "headers":
            shell.headers_set = True
        return 0

    return command


def leave(shell, arguments):
    if arguments[0].startswith("e") and len(arguments) > 1:
        status = re.match(r"[-+]?\d+", arguments[1])
        if status and int(status[0]) != 0:
            raise Exit(int(status[0]) & 0xFF)
    raise Exit


def describe_mode(shell):
    if shell.mode in COLUMNAR:
        return f"{shell.mode} --wrap {shell.wrap} --wordwrap {'on' if shell.word_wrap else 'off'} --{'' if shell.quote else 'no'}quote"
    return shell.mode


def mode(shell, arguments):
    if len(arguments) == 1:
        shell.write(f"current output mode: {describe_mode(shell)}\n")
        shell.set_mode(shell.mode)
        return 0
    chosen, table, wrap, by_words, quote = None, None, None, None, None
    rest = iter(arguments[1:])
    for argument in rest:
        option = argument[1:] if argument.startswith("--") else argument
        if option == "-wrap":
            wrap = int(next(rest, "0") or 0)
        elif option == "-ww":
            by_words = True
        elif option == "-wordwrap":
            by_words = boolean(shell, next(rest, "off"))
        elif option in ("-quote", "-noquote"):
            quote = option == "-quote"
        elif option.startswith("-"):
            shell.complain(f'unknown option: "{argument}"')
            shell.complain("options:\n  --noquote\n  --quote\n  --wordwrap on/off\n  --wrap N\n  --ww")
            return 1
        elif chosen is None:
            chosen = argument
        elif table is None:
            table = argument
        else:
            shell.complain(f'extra argument: "{argument}"')
            return 1
    chosen = chosen or shell.mode
    found = next((each for each in PREFERRED if each.startswith(chosen)), None)
    if found is None:
        shell.complain(f"Error: mode should be one of: {' '.join(MODES)}")
        return 1
    shell.set_mode(found)
    if found == "qbox":
        shell.wrap, shell.word_wrap, shell.quote = 60, False, True
    elif shell.mode in COLUMNAR:
        shell.wrap = 60 if wrap is None else wrap
        shell.word_wrap = bool(by_words)
        shell.quote = bool(quote)
    if found == "insert":
        shell.table = name_text(table) if table is not None else '"table"'
    return 0


PREFERRED = ("lines", "columns", "list", "html", "tcl", "csv", "tabs", "insert", "quote", "ascii", "markdown", "table", "box", "qbox", "json", "line", "column")


def separator(shell, arguments):
    if len(arguments) not in (2, 3):
        shell.complain("Usage: .separator COL ?ROW?")
        return 1
    shell.separator = arguments[1]
    if len(arguments) == 3:
        shell.row_separator = arguments[2]
    return 0


def null_value(shell, arguments):
    if len(arguments) != 2:
        shell.complain("Usage: .nullvalue STRING")
        return 1
    shell.null_value = arguments[1]
    return 0


def width(shell, arguments):
    shell.widths = [int(text) if re.fullmatch(r"[-+]?\d+", text) else 0 for text in arguments[1:]]
    return 0


def show(shell, arguments):
    if len(arguments) != 1:
        shell.complain("Usage: .show")
        return 1
    on = {True: "on", False: "off"}
    rows = [
        ("echo", on[shell.echo]),
        ("eqp", on[shell.plan]),
        ("explain", "auto"),
        ("headers", on[shell.headers]),
        ("mode", describe_mode(shell)),
        ("nullvalue", c_text(shell.null_value)),
        ("output", shell.output_name),
        ("colseparator", c_text(shell.separator)),
        ("rowseparator", c_text(shell.row_separator)),
        ("stats", "off"),
        ("width", "".join(f"{each} " for each in shell.widths)),
        ("filename", shell.path),
    ]
    for name, value in rows:
        shell.write(f"{name:>12}: {value}\n")
    return 0


def output(shell, arguments):
    once = arguments[0].startswith("on")
    if len(arguments) > 2 and arguments[1].startswith("|"):
        arguments = [arguments[0], " ".join(arguments[1:])]
    if len(arguments) > 2 or (len(arguments) == 2 and arguments[1].startswith("-")):
        option = next((each for each in arguments[1:] if each.startswith("-")), None)
        shell.write(f'ERROR: unknown option: "{option}".  Usage:\n' if option else f'ERROR: extra parameter: "{arguments[2]}".  Usage:\n')
        shell.write("".join(f"{line}\n" for line in HELP["once" if once else "output"]))
        return 1
    shell.reset_output()
    target = arguments[1] if len(arguments) == 2 else "stdout"
    if target.startswith("|"):
        shell.flush()
        shell.process = subprocess.Popen(target[1:], shell=True, stdin=subprocess.PIPE)
        shell.out = shell.process.stdin
    elif target == "off":
        shell.out = open(os.devnull, "wb")
    elif target != "stdout":
        try:
            shell.out = open(target, "wb")
        except OSError:
            shell.complain(f'Error: cannot open "{target}"')
            shell.complain(f'Error: cannot write to "{target}"')
            return 1
    shell.output_name = target
    if once:
        shell.once = "armed"
    return 0


def read(shell, arguments):
    if len(arguments) != 2:
        shell.complain("Usage: .read FILE")
        return 1
    source = arguments[1]
    try:
        if source.startswith("|"):
            text = subprocess.run(source[1:], shell=True, stdout=subprocess.PIPE).stdout
        else:
            with open(source, "rb") as file:
                text = file.read()
    except OSError:
        shell.complain(f'Error: cannot open "{source}"')
        return 1
    lines = iter(text.decode("utf-8", "surrogateescape").removesuffix("\n").split("\n") if text else [])
    reader, shell.reader = shell.reader, None
    try:
        return shell.read_input(lambda continued: next(lines, None), run_command)
    finally:
        shell.reader = reader


def open_database(shell, arguments):
    name, fresh, read_only = None, False, False
    for argument in arguments[1:]:
        option = argument[1:] if argument.startswith("--") else argument
        if option == "-new":
            fresh = True
        elif option == "-readonly":
            read_only = True
        elif argument.startswith("-"):
            shell.complain(f"unknown option: {argument}")
            return 1
        elif name is not None:
            shell.complain(f'extra argument: "{argument}"')
            return 1
        else:
            name = argument
    shell.close()
    shell.read_only = read_only
    shell.path = name or ":memory:"
    if fresh and name and os.path.exists(name):
        os.unlink(name)
    shell.open(must=False)
    return 0


def backup(shell, arguments):
    names = arguments[1:]
    option = next((each for each in names if each.startswith("-")), None)
    if option:
        shell.complain(f"unknown option: {option}")
        return 1
    if not names:
        shell.complain("missing FILENAME argument on .backup")
        return 1
    if len(names) > 2:
        shell.complain("Usage: .backup ?DB? ?OPTIONS? FILENAME")
        return 1
    source = shell.open()
    try:
        target = sqlite3.connect(names[-1], timeout=shell.timeout)
    except sqlite3.Error:
        shell.complain(f'Error: cannot open "{names[-1]}"')
        return 1
    with target:
        source.backup(target, name=names[0] if len(names) == 2 else "main")
    target.close()
    return 0


def restore(shell, arguments):
    if len(arguments) not in (2, 3):
        shell.complain("Usage: .restore ?DB? FILE")
        return 1
    target = shell.open()
    source = sqlite3.connect(arguments[-1], timeout=shell.timeout)
    source.backup(target)
    source.close()
    return 0


def system(shell, arguments):
    if len(arguments) < 2:
        shell.complain("Usage: .system COMMAND")
        return 1
    shell.flush()
    command = " ".join(f'"{each}"' if " " in each and index > 0 else each for index, each in enumerate(arguments[1:]))
    status = subprocess.run(command, shell=True).returncode
    if status != 0:
        shell.complain(f"System command returns {status << 8 if status > 0 else -status}")
    return 0


def timeout(shell, arguments):
    shell.timeout = (int(arguments[1]) if len(arguments) > 1 and arguments[1].isdigit() else 0) / 1000
    shell.open().execute(f"PRAGMA busy_timeout={int(shell.timeout * 1000)}").close()
    return 0


def change_folder(shell, arguments):
    if len(arguments) != 2:
        shell.complain("Usage: .cd DIRECTORY")
        return 1
    try:
        os.chdir(arguments[1])
    except OSError:
        shell.complain(f'Cannot change to directory "{arguments[1]}"')
        return 1
    return 0


def parameter(shell, arguments):
    command = arguments[1] if len(arguments) > 1 else ""
    if command == "clear" and len(arguments) == 2:
        shell.parameters.clear()
    elif command == "list" and len(arguments) == 2:
        widest = max(map(len, shell.parameters), default=0)
        for name in sorted(shell.parameters):
            shell.write(f"{name.ljust(widest)} {shell.query('SELECT quote(?)', (shell.parameters[name],))[0][0]}\n")
    elif command == "set" and len(arguments) == 4:
        try:
            value = shell.query(f"SELECT {arguments[3]}")[0][0]
        except sqlite3.Error:
            value = arguments[3]
        shell.parameters[arguments[2]] = value
    elif command == "unset" and len(arguments) == 3:
        shell.parameters.pop(arguments[2], None)
    elif command != "init":
        shell.write("".join(f"{line}\n" for line in HELP["parameter"]))
        return 1
    return 0


def say(shell, arguments):
    shell.write(" ".join(arguments[1:]) + "\n")
    return 0


def prompt(shell, arguments):
    if len(arguments) > 1:
        shell.prompt = arguments[1]
    if len(arguments) > 2:
        shell.more_prompt = arguments[2]
    return 0


def help_command(shell, arguments):
    pattern = arguments[1] if len(arguments) > 1 else ""
    if pattern in ("", "-a", "-all", "--all"):
        for lines in HELP.values():
            shell.write("".join(f"{line}\n" for line in (lines if pattern else lines[:1])))
        if not pattern:
            shell.write(f"Of SQLite's others, this machine does not offer: {' '.join(UNCOVERED)}\n")
        return 0
    found = [lines for name, lines in HELP.items() if name.startswith(pattern.lstrip("."))]
    if not found:
        found = [lines for lines in HELP.values() if pattern.lower() in "\n".join(lines).lower()]
    for lines in found:
        shell.write("".join(f"{line}\n" for line in (lines if len(found) == 1 else lines[:1])))
    if not found:
        shell.write(f"Nothing matches '{pattern}'\n")
    return 0


# The name, how many letters of it are enough, and what it does; the first that fits is meant (do_meta_command of shell.c).
COMMANDS = (
    ("backup", 3, backup),
    ("save", 3, backup),
    ("bail", 3, switch("bail", "bail")),
    ("cd", 2, change_folder),
    ("changes", 3, switch("changes", "changes")),
    ("databases", 2, schema.databases),
    ("dump", 1, schema.dump),
    ("echo", 1, switch("echo", "echo")),
    ("eqp", 1, switch("plan", "eqp")),
    ("exit", 1, leave),
    ("headers", 1, switch("headers", "headers")),
    ("help", 1, help_command),
    ("import", 1, import_file),
    ("indices", 2, schema.indexes),
    ("indexes", 2, schema.indexes),
    ("mode", 1, mode),
    ("nullvalue", 1, null_value),
    ("open", 1, open_database),
    ("output", 1, output),
    ("once", 1, output),
    ("parameter", 3, parameter),
    ("print", 3, say),
    ("prompt", 1, prompt),
    ("quit", 1, leave),
    ("read", 3, read),
    ("restore", 1, restore),
    ("schema", 2, schema.schema),
    ("separator", 2, separator),
    ("shell", 2, system),
    ("show", 3, show),
    ("system", 2, system),
    ("tables", 1, schema.tables),
    ("timeout", 5, timeout),
    ("timer", 5, switch("timer", "timer")),
    ("width", 1, width),
)
