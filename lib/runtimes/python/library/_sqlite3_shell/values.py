"""Values and names as text: as SQL literals, JSON, CSV, and as SQLite itself makes text of numbers."""

import json
import math
import re

KEYWORDS = frozenset(
    """
ABORT ACTION ADD AFTER ALL ALTER ALWAYS ANALYZE AND AS ASC ATTACH AUTOINCREMENT BEFORE BEGIN BETWEEN BY CASCADE CASE CAST CHECK COLLATE
COLUMN COMMIT CONFLICT CONSTRAINT CREATE CROSS CURRENT CURRENT_DATE CURRENT_TIME CURRENT_TIMESTAMP DATABASE DEFAULT DEFERRABLE DEFERRED
DELETE DESC DETACH DISTINCT DO DROP EACH ELSE END ESCAPE EXCEPT EXCLUDE EXCLUSIVE EXISTS EXPLAIN FAIL FILTER FIRST FOLLOWING FOR FOREIGN
FROM FULL GENERATED GLOB GROUP GROUPS HAVING IF IGNORE IMMEDIATE IN INDEX INDEXED INITIALLY INNER INSERT INSTEAD INTERSECT INTO IS ISNULL
JOIN KEY LAST LEFT LIKE LIMIT MATCH MATERIALIZED NATURAL NO NOT NOTHING NOTNULL NULL NULLS OF OFFSET ON OR ORDER OTHERS OUTER OVER
PARTITION PLAN PRAGMA PRECEDING PRIMARY QUERY RAISE RANGE RECURSIVE REFERENCES REGEXP REINDEX RELEASE RENAME REPLACE RESTRICT RETURNING
RIGHT ROLLBACK ROW ROWS SAVEPOINT SELECT SET TABLE TEMP TEMPORARY THEN TIES TO TRANSACTION TRIGGER UNBOUNDED UNION UNIQUE UPDATE USING
VACUUM VALUES VIEW VIRTUAL WHEN WHERE WINDOW WITH WITHOUT
""".split()
)


def name_text(name):
    """A name as it stands in SQL: in double quotes where it must be."""
    if re.fullmatch(r"[A-Za-z_][A-Za-z0-9_]*", name) and name.upper() not in KEYWORDS:
        return name
    return quoted_name(name)


def quoted_name(name):
    return '"' + name.replace('"', '""') + '"'


def real_text(value, digits=15):
    """%!.15g of SQLite's printf (https://www.sqlite.org/printf.html): there is always a point."""
    if math.isinf(value):
        return "Inf" if value > 0 else "-Inf"
    text = "%.*g" % (digits, value + 0.0)  # SQLite prints no negative zero
    if value == 0:
        return "0.0"
    mantissa, mark, exponent = text.partition("e")
    if "." not in mantissa:
        mantissa += ".0"
    return mantissa + mark + exponent


def exact_text(value):
    """A real as SQL and JSON hold it, with twenty digits."""
    if math.isinf(value):
        return "1e999" if value > 0 else "-1e999"
    return real_text(value, 20)


def text_of(value):
    """What sqlite3_column_text() gives; None for NULL. Text ends at a zero byte, as C's does."""
    if value is None:
        return None
    if isinstance(value, float):
        return real_text(value)
    if isinstance(value, bytes):
        value = value.decode("utf-8", "surrogateescape")
    return str(value).split("\0", 1)[0]


def quoted_text(text):
    return "'" + text.replace("'", "''") + "'"


def insert_literal(value):
    """A value in an INSERT statement of .dump and of mode insert: line ends are kept out of the literal."""
    if isinstance(value, str):
        text = value.split("\0", 1)[0]
        if "\n" not in text and "\r" not in text:
            return quoted_text(text)
        return escaped_lines(text)
    return literal(value)


def escaped_lines(text):
    quoted = quoted_text(text)
    replaced = []
    for end, letter, code in (("\n", "n", 10), ("\r", "r", 13)):
        if end not in text:
            continue
        mark = next(mark for mark in marks(letter) if mark not in text)
        quoted = quoted.replace(end, mark)
        replaced.append((mark, code))
    for mark, code in reversed(replaced):
        quoted = f"replace({quoted},'{mark}',char({code}))"
    return quoted


def marks(letter):
    """Stand-ins for a line end, until one is found that the text does not hold."""
    yield "\\" + letter
    yield "\\" + (letter * 2 if letter == "n" else "015")
    number = 0
    while True:
        yield f"({letter}{number})"
        number += 1


def literal(value, real=exact_text):
    if value is None:
        return "NULL"
    if isinstance(value, float):
        return real(value)
    if isinstance(value, bytes):
        return "X'" + value.hex() + "'"
    if isinstance(value, str):
        return quoted_text(value.split("\0", 1)[0])
    return str(value)


def json_text(value):
    if value is None:
        return "null"
    if isinstance(value, float):
        return exact_text(value)
    if isinstance(value, bytes):
        value = value.decode("utf-8", "surrogateescape")
    if isinstance(value, str):
        return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
    return str(value)


def csv_text(text, separator):
    """One field: in quotes when it is empty, or holds anything that is not plain."""
    if text == "" or separator in text or re.search(r"[^!#-&(-~]", text):
        return '"' + text.replace('"', '""') + '"'
    return text


def c_text(text):
    """A C string literal, for mode tcl and .show."""
    out = []
    for byte in text.encode("utf-8", "surrogateescape"):
        character = chr(byte)
        if character in '\\"':
            out.append("\\" + character)
        elif character in "\t\n\r":
            out.append({"\t": "\\t", "\n": "\\n", "\r": "\\r"}[character])
        elif 32 <= byte < 127:
            out.append(character)
        elif byte >= 128:
            out.append(f"\\{byte:03o}")
        else:
            out.append(f"\\{byte:03o}")
    return '"' + "".join(out) + '"'


def html_text(text):
    for character, entity in (("&", "&amp;"), ("<", "&lt;"), (">", "&gt;"), ('"', "&quot;"), ("'", "&#39;")):
        text = text.replace(character, entity)
    return text


def backslashes(text):
    """Resolves the escapes that arguments of dot-commands may hold."""
    simple = {"a": "\a", "b": "\b", "t": "\t", "n": "\n", "v": "\v", "f": "\f", "r": "\r", '"': '"', "'": "'", "\\": "\\"}

    def resolve(match):
        escape = match[1]
        return chr(int(escape, 8) & 0xFF) if escape[0] in "01234567" else simple.get(escape, escape)

    return re.sub(r"\\([0-7]{1,3}|.)", resolve, text, flags=re.DOTALL)
