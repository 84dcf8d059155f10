"""What a database holds: .tables, .indexes, .schema, .databases and .dump."""

import os
import re
import sqlite3

from .rows import insert_value
from .values import name_text, quoted_name, quoted_text


EMPTY = '""'


def attached(shell):
    """Names of the databases, and their files."""
    return [(name, file) for _, name, file in shell.query("PRAGMA database_list")]


def databases(shell, arguments):
    for name, file in attached(shell):
        # Whether it can be written to; an attached one as its file says.
        read_only = shell.read_only if name == "main" else bool(file) and not os.access(file, os.W_OK)
        shell.write(f"{name}: {file or EMPTY} {'r/o' if read_only else 'r/w'}\n")
    return 0


def listing(shell, kinds, column, pattern, hide):
    parts, values = [], []
    for name, _ in attached(shell):
        prefix = "" if name == "main" else f"{quoted_text(name)}||'.'||"
        parts.append(
            f"SELECT {prefix}name FROM {quoted_name(name)}.sqlite_schema WHERE type IN ({kinds})"
            + (" AND name NOT LIKE 'sqlite__%' ESCAPE '_'" if hide else "")
            + f" AND {column} LIKE ?"
        )
        values.append(pattern)
    return [row[0] for row in shell.query(" UNION ALL ".join(parts) + " ORDER BY 1", values)]


def in_columns(shell, names):
    if not names:
        return
    widest = max(len(name) for name in names)
    columns = max(1, 80 // (widest + 2))
    height = (len(names) + columns - 1) // columns
    for row in range(height):
        shell.write("  ".join(name.ljust(widest) for name in names[row::height]) + "\n")


def tables(shell, arguments):
    in_columns(shell, listing(shell, "'table','view'", "name", arguments[1] if len(arguments) > 1 else "%", True))
    return 0


def indexes(shell, arguments):
    if len(arguments) > 2:
        shell.complain("Usage: .indexes ?LIKE-PATTERN?")
        return 1
    in_columns(shell, listing(shell, "'index'", "tbl_name", arguments[1] if len(arguments) > 1 else "%", False))
    return 0


SCHEMA_TABLE = "(\n  type text,\n  name text,\n  tbl_name text,\n  rootpage integer,\n  sql text\n)"


def schema(shell, arguments):
    pattern, without_system = "%", False
    for argument in arguments[1:]:
        option = re.sub(r"^--?", "", argument) if argument.startswith("-") else None
        if option == "nosys":
            without_system = True
        elif option == "indent":
            shell.complain(".schema --indent is not offered on this machine: statements are printed as they were typed")
            return 1
        elif option is not None:
            shell.complain(f'Unknown option: "{argument}"')
            return 1
        elif pattern != "%":
            shell.complain("Usage: .schema ?--indent? ?--nosys? ?LIKE-PATTERN?")
            return 1
        else:
            pattern = argument
    if pattern.lower() in ("sqlite_master", "sqlite_schema", "sqlite_temp_master", "sqlite_temp_schema"):
        shell.write(f"CREATE TABLE {pattern} {SCHEMA_TABLE};\n")
        return 0
    for database, _ in attached(shell):
        rows = shell.query(
            f"SELECT sql, type, name FROM {quoted_name(database)}.sqlite_schema WHERE sql IS NOT NULL"
            " AND lower(tbl_name) LIKE ? ORDER BY rowid",
            (pattern.lower(),),
        )
        for sql, kind, name in rows:
            if without_system and name.startswith("sqlite_"):
                continue
            print_statement(shell, with_columns(shell, database, sql, kind, name))
    return 0


def with_columns(shell, database, sql, kind, name):
    """The statement with its database, where that is not the main one; a view with the names of its columns."""
    if database != "main":
        sql = re.sub(r"^(CREATE (?:TABLE|INDEX|UNIQUE INDEX|VIEW|TRIGGER|VIRTUAL TABLE) )", lambda match: f"{match[1]}{name_text(database)}.", sql)
    if kind == "view" or sql.startswith("CREATE VIRTUAL"):
        try:
            names = [row[1] for row in shell.query(f"PRAGMA {quoted_name(database)}.table_info({quoted_name(name)})")]
        except sqlite3.Error:
            return sql
        prefix = "" if database == "main" else f"{name_text(database)}."
        sql += f"\n/* {prefix}{name_text(name)}({','.join(name_text(each) for each in names)}) */"
    return sql


def print_statement(shell, sql):
    shell.write(re.sub(r"^CREATE TABLE (?=['\"])", "CREATE TABLE IF NOT EXISTS ", sql) + ";\n")


def dump(shell, arguments):
    patterns, data_only, with_system = [], False, True
    for argument in arguments[1:]:
        option = re.sub(r"^--?", "", argument) if argument.startswith("-") else None
        if option == "data-only":
            data_only = True
        elif option == "nosys":
            with_system = False
        elif option in ("newlines", "preserve-rowids"):
            shell.complain(f".dump --{option} is not offered on this machine")
            return 1
        elif option is not None:
            shell.complain(f'Unknown option "{argument}" on ".dump"')
            return 1
        else:
            patterns.append(argument)
    connection = shell.open()
    wanted = " OR ".join("name LIKE ?" for _ in patterns) or "1"
    if not with_system:
        wanted = f"({wanted}) AND name NOT LIKE 'sqlite\\__%' ESCAPE '\\'"
    if not data_only:
        shell.write("PRAGMA foreign_keys=OFF;\nBEGIN TRANSACTION;\n")
    failed = False
    try:
        rows = connection.execute(
            f"SELECT name, sql FROM sqlite_schema WHERE ({wanted}) AND type == 'table' AND sql NOT NULL ORDER BY tbl_name = 'sqlite_sequence', rowid",
            patterns,
        ).fetchall()
        for name, sql in rows:
            dump_table(shell, connection, name, sql, data_only)
        if not data_only:
            for (sql,) in connection.execute(
                f"SELECT sql FROM sqlite_schema WHERE ({wanted}) AND sql NOT NULL AND type IN ('index','trigger','view')",
                patterns,
            ):
                shell.write(sql + ";\n")
    except sqlite3.Error as error:
        failed = True
        shell.write(f"/**** ERROR: ({getattr(error, 'sqlite_errorcode', 1) & 0xFF}) {error} *****/\n")
    if not data_only:
        shell.write("ROLLBACK; -- due to errors\n" if failed else "COMMIT;\n")
    return 0


def dump_table(shell, connection, name, sql, data_only):
    if name == "sqlite_sequence":
        if not data_only:
            shell.write("DELETE FROM sqlite_sequence;\n")
    elif re.match(r"sqlite_stat.$", name):
        if not data_only:
            shell.write("ANALYZE sqlite_schema;\n")
    elif name.startswith("sqlite_"):
        return
    elif sql.startswith("CREATE VIRTUAL TABLE"):
        if not data_only:
            shell.write("PRAGMA writable_schema=ON;\n")
            shell.write(
                "INSERT INTO sqlite_schema(type,name,tbl_name,rootpage,sql)VALUES('table',"
                f"{quoted_text(name)},{quoted_text(name)},0,{quoted_text(sql)});\nPRAGMA writable_schema=OFF;\n"
            )
        return
    elif not data_only:
        print_statement(shell, sql)
    for row in connection.execute(f"SELECT * FROM {quoted_name(name)}"):
        shell.write(f"INSERT INTO {name_text(name)} VALUES({','.join(insert_value(value) for value in row)});\n")
