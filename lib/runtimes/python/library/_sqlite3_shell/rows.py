"""The output modes that print row by row."""

from .columns import columnar
from .values import c_text, csv_text, html_text, insert_literal, json_text, literal, name_text, text_of

COLUMNAR = ("column", "table", "box", "markdown")
MODES = ("ascii", "box", "column", "csv", "html", "insert", "json", "line", "list", "markdown", "qbox", "quote", "table", "tabs", "tcl")


def print_rows(shell, names, rows):
    """Prints the rows of one statement; `rows` may raise an error of SQLite's between two rows."""
    mode = shell.mode
    if mode in COLUMNAR:
        columnar(shell, names, rows)
        return
    printer = {
        "ascii": as_list,
        "csv": as_csv,
        "html": as_html,
        "insert": as_insert,
        "json": as_json,
        "line": as_lines,
        "list": as_list,
        "explain": as_explanation,
        "quote": as_quoted,
        "tcl": as_tcl,
    }[mode]
    printer(shell, names, rows)


def shown(shell, value):
    text = text_of(value)
    return shell.null_value if text is None else text


def as_list(shell, names, rows):
    column, row_end = shell.separator, shell.row_separator
    first = True
    for row in rows:
        if first and shell.headers:
            shell.write(column.join(names) + row_end)
        first = False
        shell.write(column.join(shown(shell, value) for value in row) + row_end)


def as_csv(shell, names, rows):
    def line(cells):
        shell.write(shell.separator.join(cells) + shell.row_separator)

    first = True
    for row in rows:
        if first and shell.headers:
            line([csv_text(name, shell.separator) for name in names])
        first = False
        line([shell.null_value if value is None else csv_text(text_of(value), shell.separator) for value in row])


def as_lines(shell, names, rows):
    width = max([5, *(len(name) for name in names)])
    for number, row in enumerate(rows):
        if number > 0:
            shell.write(shell.row_separator)
        for name, value in zip(names, row):
            shell.write(f"{name:>{width}} = {shown(shell, value)}{shell.row_separator}")


def as_html(shell, names, rows):
    first = True
    for row in rows:
        if first and shell.headers:
            shell.write("<TR>" + "".join(f"<TH>{html_text(name)}</TH>\n" for name in names) + "</TR>\n")
        first = False
        shell.write("<TR>" + "".join(f"<TD>{html_text(shown(shell, value))}</TD>\n" for value in row) + "</TR>\n")


def as_tcl(shell, names, rows):
    first = True
    for row in rows:
        if first and shell.headers:
            shell.write(shell.separator.join(c_text(name) for name in names) + shell.row_separator)
        first = False
        shell.write(shell.separator.join(c_text(shown(shell, value)) for value in row) + shell.row_separator)


def as_quoted(shell, names, rows):
    first = True
    for row in rows:
        if first and shell.headers:
            shell.write(shell.separator.join(literal(name) for name in names) + shell.row_separator)
        first = False
        shell.write(shell.separator.join(literal(value) for value in row) + shell.row_separator)


def as_json(shell, names, rows):
    keys = [json_text(name) for name in names]
    first = True
    for row in rows:
        shell.write("[{" if first else ",\n{")
        first = False
        shell.write(",".join(f"{key}:{json_text(value)}" for key, value in zip(keys, row)) + "}")
    if not first:
        shell.write("]\n")


def as_insert(shell, names, rows):
    columns = "(" + ",".join(name_text(name) for name in names) + ")" if shell.headers else ""
    for row in rows:
        shell.write(f"INSERT INTO {shell.table}{columns} VALUES({','.join(insert_value(value) for value in row)});\n")


def insert_value(value):
    """As .dump and mode insert write it: whole reals are printed in full."""
    if isinstance(value, float) and abs(value) < 2.0**63 and value == int(value):
        return f"{int(value)}.0"
    return insert_literal(value)


def as_explanation(shell, names, rows):
    """EXPLAIN, with the loops of the program indented."""
    widths = [4, 13, 4, 4, 4, 13, 2, 13]
    table = list(rows)
    if table:
        shell.write("  ".join(name.ljust(width) for name, width in zip(names, widths)) + "\n")
        shell.write("  ".join("-" * width for width in widths) + "\n")
    widths[-1] = 0
    for row, indent in zip(table, loop_indents(table)):
        cells = [shown(shell, value) for value in row]
        cells[1] = " " * indent + cells[1]
        shell.write("  ".join(cell.ljust(width) for cell, width in zip(cells, widths)) + "\n")


def loop_indents(rows):
    nexts = {"Next", "Prev", "VPrev", "VNext", "SorterNext", "Return"}
    yields = {"Yield", "SeekLT", "SeekGT", "RowSetRead", "Rewind"}
    indents = [0] * len(rows)
    for index, row in enumerate(rows):
        operation, target = row[1], row[3]
        if operation in nexts and isinstance(target, int):
            for inside in range(target, index):
                indents[inside] += 2
        if operation == "Goto" and isinstance(target, int) and target < index and (rows[target][1] in yields or row[2]):
            for inside in range(target, index):
                indents[inside] += 2
    return indents

