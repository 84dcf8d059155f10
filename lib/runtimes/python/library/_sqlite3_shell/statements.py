"""SQL as text: where a statement ends, and where in it an error is."""

import re
import sqlite3

# Whitespace, comments, literals, names, numbers, and single characters (https://www.sqlite.org/lang.html).
TOKEN = re.compile(
    r"""(?P<plain>\s+|--[^\n]*(?:\n|$)|/\*.*?(?:\*/|$))
    |'(?:[^']|'')*'|"(?:[^"]|"")*"|`(?:[^`]|``)*`|\[[^\]]*\]|[\w$@:#?\x80-\uffff]+|.""",
    re.DOTALL | re.VERBOSE,
)


def is_plain(text):
    """Whether there is nothing but whitespace and finished comments."""
    for token in TOKEN.finditer(text):
        if token["plain"] is None or (token[0].startswith("/*") and not (len(token[0]) > 3 and token[0].endswith("*/"))):
            return False
    return True


def is_complete(text):
    return sqlite3.complete_statement(text)


def statements(sql):
    """Splits text into pieces (start, end): each one statement with the semicolon that ends it; comments alone are skipped."""
    start = None
    for token in TOKEN.finditer(sql):
        if start is None:
            if token["plain"] is not None or token[0] == ";":
                continue
            start = token.start()
        if token[0] == ";" and is_complete(sql[start : token.end()]):
            yield start, token.end()
            start = None
    if start is not None:
        yield start, len(sql)


def fails_to_prepare(connection, statement, error):
    """Whether the statement was refused before its first step: then it is when it is only to be explained, too."""
    try:
        connection.execute("EXPLAIN " + statement).close()
    except sqlite3.Error as again:
        return str(again) == str(error)
    return False


def error_offset(connection, statement, message):
    """Where in the statement the error is (sqlite3_error_offset); None when SQLite would not say."""
    refused = re.match(r'near "(.*)": syntax error$|unrecognized token: "(.*)"$', message, re.DOTALL)
    if refused:
        word = refused[1] if refused[1] is not None else refused[2]
        return refused_at(connection, statement, word, message)
    table = re.match(r"(?:table|view|index|trigger) (.*) already exists$|there is already (?:a|an) (?:table|index) named (.*)$", message, re.DOTALL)
    if table:
        return None if message.startswith(("index", "trigger")) else word_at(statement, table[1] or table[2])
    name = re.match(
        r"no such column: (.*)$|no such function: (.*)$|ambiguous column name: (.*)$|wrong number of arguments to function (.*)\(\)$"
        r"|misuse of aggregate function (.*)\(\)$|misuse of aggregate: (.*)\(\)$|misuse of window function (.*)\(\)$",
        message,
        re.DOTALL,
    )
    # Columns that are assigned to are looked for without a place.
    if name is None or re.match(r"\s*update\b[^=]*\bset\s+\"?" + re.escape(name[1] or " ") + r"\"?\s*=", statement, re.IGNORECASE):
        return None
    last = name[5] is not None or name[6] is not None
    return word_at(statement, next(group for group in name.groups() if group is not None), last)


def refused_at(connection, statement, word, message):
    """The first place of the word at which the parser stops, though all before it is well."""
    start = 0
    while (at := statement.find(word, start)) >= 0:
        try:
            connection.execute("EXPLAIN " + statement[: at + len(word)]).close()
        except sqlite3.Error as error:
            if str(error) == message:
                return at
        except sqlite3.Warning:
            pass
        start = at + 1
    return None


def word_at(statement, word, last=False):
    """Where the name stands as a token of its own; of a name with points, where its first part does."""
    parts = word.split(".")
    tokens = [token for token in TOKEN.finditer(statement) if token["plain"] is None]
    found = None
    for index, token in enumerate(tokens):
        run = [bare(each[0]) for each in tokens[index : index + 2 * len(parts) - 1]]
        if run[::2] == parts and all(point == "." for point in run[1::2]):
            found = token.start()
            if not last:
                break
    return found


def bare(token):
    return token[1:-1] if token[:1] in "\"`[" else token


def pointed_at(rest, offset):
    """Two lines: the SQL around an error, and an arrow. `rest` begins with the statement; the offset is one of characters."""
    cut = max(0, offset - 50)
    rest, offset = rest[cut:], offset - cut
    code = re.sub(r"\s", " ", rest[:78])
    if offset < 25:
        return f"\n  {code}\n  {' ' * offset}^--- error here"
    return f"\n  {code}\n  {' ' * (offset - 14)}error here ---^"
