"""The output modes that need all rows first, to know how wide columns are: column, table, box, markdown."""

from .values import literal, real_text, text_of

BOX = {"top": "┌┬┐", "middle": "├┼┤", "bottom": "└┴┘"}
PLENTY = 1_000_000


def columnar(shell, names, rows):
    table = list(rows)
    if not table:
        return
    wished = [shell.widths[index] if index < len(shell.widths) else 0 for index in range(len(names))]
    limits = [abs(width or shell.wrap) or PLENTY for width in wished]
    header = [cut(name, limit, shell.word_wrap)[0] for name, limit in zip(names, limits)]
    lines, ends, several = [], [], False
    for row in table:
        rest = [cell_text(shell, value) for value in row]
        while True:
            pieces = [("", None) if text is None else cut(text, limit, shell.word_wrap) for text, limit in zip(rest, limits)]
            lines.append([piece for piece, _ in pieces])
            rest = [tail for _, tail in pieces]
            more = any(tail is not None for tail in rest)
            ends.append(not more)
            several = several or more
            if not more:
                break
    widths = [max([abs(wish), *(len(line[index]) for line in [header, *lines])]) for index, wish in enumerate(wished)]
    draw(shell, header, lines, ends if several else [], widths, [wish < 0 for wish in wished])


def cell_text(shell, value):
    if shell.quote:
        return literal(value, real_text)
    text = text_of(value)
    return shell.null_value if text is None else text


def cut(text, limit, by_words):
    """The first line of a cell, at most `limit` wide, and what is left of it (None: nothing). Tabs become spaces."""
    out, used, at = [], 0, 0
    while used < limit and at < len(text):
        character = text[at]
        if character >= " ":
            out.append(character)
            used += 1
        elif character == "\t":
            while True:
                out.append(" ")
                used += 1
                if used % 8 == 0 or used >= limit:
                    break
        else:
            break
        at += 1
    if used >= limit and by_words and at < len(text):
        return cut_between_words(text, at, out)
    piece = "".join(out)
    if used >= limit and at < len(text) and text[at] >= " ":
        return piece, text[at:]
    if text[at : at + 2] == "\r\n":
        return piece, text[at + 2 :] or None
    return piece, text[at + 1 :] or None


def cut_between_words(text, at, out):
    def back(is_place):
        for place in range(at, at // 2, -1):
            if is_place(place):
                return place
        return None

    if text[at] < " ":
        place = at
    else:
        place = back(lambda k: text[k - 1].isspace()) or back(lambda k: is_word(text[k - 1]) != is_word(text[k])) or at
    rest = place
    if text[at] >= " ":
        while rest < len(text) and text[rest] == " ":
            rest += 1
        return "".join(out[:place]), text[rest:] or None
    return "".join(out[:place]), text[rest + 1 :] or None


def is_word(character):
    return character.isascii() and character.isalnum()


def draw(shell, header, lines, ends, widths, right):
    mode = shell.mode

    def rule(kind):
        if mode == "box":
            left, cross, end = BOX[kind]
            shell.write(left + cross.join("─" * (width + 2) for width in widths) + end + "\n")
        else:
            corner = "|" if mode == "markdown" else "+"
            shell.write(corner + corner.join("-" * (width + 2) for width in widths) + corner + "\n")

    def padded(cells):
        return [cell.rjust(width) if to_right else cell.ljust(width) for cell, width, to_right in zip(cells, widths, right)]

    bar = "│" if mode == "box" else "|"

    def line(cells):
        shell.write("  ".join(cells) + "\n" if mode == "column" else f"{bar} {f' {bar} '.join(cells)} {bar}\n")

    if mode == "column":
        if shell.headers:
            line(padded(header))
            line(["-" * width for width in widths])
    else:
        if mode != "markdown":
            rule("top")
        line([" " * ((width - len(cell)) // 2) + cell + " " * ((width - len(cell) + 1) // 2) for cell, width in zip(header, widths)])
        rule("middle")
    for number, cells in enumerate(lines):
        line(padded(cells))
        if ends and ends[number] and number + 1 < len(lines):
            if mode == "column":
                shell.write("\n")
            elif mode != "markdown":
                rule("middle")
    if mode in ("table", "box"):
        rule("bottom")
