"""The program sqlite3: SQLite's command-line shell (https://www.sqlite.org/cli.html) around the SQLite that is in Python.

SQL is run by SQLite itself. What is here reads lines, prints rows and knows the dot-commands, as the shell of SQLite 3.40 does.
"""

from .options import main

__all__ = ["main"]
