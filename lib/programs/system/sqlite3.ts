/** sqlite3(1): not a function of ours but a script on machines with Python, whose SQLite it uses. Here is what there is to tell of it. */
import { describe } from "../core/program.ts";

/** The file of the program; Python's library has the rest. Neither the environment nor the folder says to this Python where modules are. */
export const sqlite3Script = `#!/usr/local/bin/python3.14 -I
import sys
from _sqlite3_shell import main
sys.exit(main())
`;

export const sqlite3 = describe({
  name: "sqlite3",
  summary: "a command line interface for SQLite version 3",
  section: "system",
  origin: "SQLite 3.40.1",
  synopsis: ["[OPTIONS] [FILENAME [SQL or dot-command] ...]"],
  description:
    "Runs SQL on the database in FILENAME, which is made when it is not there; without FILENAME, on one in memory. SQL comes from the arguments, else from standard input; on a terminal there is a prompt, at which a statement ends with a semicolon. Lines that begin with a dot are commands of the shell: .help lists them.\nSettings are read from ~/.sqliterc; typed lines are kept in ~/.sqlite_history.",
  options: [
    "-ascii  set output mode to 'ascii'",
    "-bail  stop after hitting an error",
    "-batch  force batch I/O",
    "-box  set output mode to 'box'",
    "-column  set output mode to 'column'",
    '-cmd COMMAND  run "COMMAND" before reading stdin',
    "-csv  set output mode to 'csv'",
    "-echo  print inputs before execution",
    "-header  turn headers on",
    "-help  show the options",
    "-html  set output mode to HTML",
    "-init FILENAME  read and process named file",
    "-interactive  force interactive I/O",
    "-json  set output mode to 'json'",
    "-line  set output mode to 'line'",
    "-list  set output mode to 'list'",
    "-markdown  set output mode to 'markdown'",
    "-newline SEP  set output row separator; default: a line end",
    "-noheader  turn headers off",
    "-nullvalue TEXT  set text string for NULL values",
    "-quote  set output mode to 'quote'",
    "-readonly  open the database read-only",
    "-separator SEP  set output column separator; default: |",
    "-table  set output mode to 'table'",
    "-tabs  set output mode to 'tabs'",
    "-version  show SQLite version",
  ],
  unmodeled: [
    "-A",
    "-append",
    "-deserialize",
    "-lookaside",
    "-maxsize",
    "-memtrace",
    "-mmap",
    "-nofollow",
    "-nonce",
    "-pagecache",
    "-safe",
    "-stats",
    "-vfs",
    "-zip",
  ],
  limits:
    "Only on machines with Python: SQL is run by the SQLite in it (-version says which one). Dot-commands: .backup .bail .cd .changes .databases .dump .echo .eqp .exit .headers .help .import .indexes .mode .nullvalue .once .open .output .parameter .print .prompt .quit .read .restore .save .schema .separator .shell .show .system .tables .timeout .timer .width; the others say that they are not offered. Not modeled: .schema --indent, .dump --newlines and --preserve-rowids, the functions of the shell other than regexp() and readfile(), PRAGMA journal_mode=wal. At the prompt Ctrl-C drops what is typed; the real one keeps it.",
});
