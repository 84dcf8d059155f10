/** The clients of PostgreSQL as programs of the table: loaded when they are run, since they are large. */
import { program } from "../core/program.ts";

const ORIGIN = "PostgreSQL 18.6";

const CONNECTION = [
  "-h, --host=HOSTNAME  database server host or socket directory",
  "-p, --port=PORT  database server port",
  "-U, --username=USERNAME  user name to connect as",
  "-w, --no-password  never prompt for password",
  "-W, --password  force password prompt",
];

export const psql = program({
  name: "psql",
  summary: "PostgreSQL interactive terminal",
  section: "network",
  origin: ORIGIN,
  synopsis: ["[OPTION]... [DBNAME [USERNAME]]"],
  description:
    "Sends SQL to a PostgreSQL server and shows what it answers. Statements end with a semicolon; lines that begin with a backslash are commands of psql itself: \\? lists them, \\h tells of SQL commands.\nSettings are read from ~/.psqlrc, passwords from ~/.pgpass; typed lines are kept in ~/.psql_history.",
  ownParsing: "all",
  options: [
    "-a, --echo-all  echo all input from script",
    "-A, --no-align  unaligned table output mode",
    "-b, --echo-errors  echo failed commands",
    "-c, --command=COMMAND  run only single command (SQL or internal) and exit",
    "--csv  CSV (Comma-Separated Values) table output mode",
    "-d, --dbname=DBNAME  database name to connect to",
    "-e, --echo-queries  echo commands sent to server",
    "-E, --echo-hidden  display queries that internal commands generate",
    "-f, --file=FILENAME  execute commands from file, then exit",
    "-F, --field-separator=STRING  field separator for unaligned output",
    "-H, --html  HTML table output mode",
    "-l, --list  list available databases, then exit",
    "-L, --log-file=FILENAME  send session log to file",
    "-n, --no-readline  disable enhanced command line editing",
    "-o, --output=FILENAME  send query results to file (or |pipe)",
    "-P, --pset=VAR[=ARG]  set printing option VAR to ARG",
    "-q, --quiet  run quietly (no messages, only query output)",
    "-R, --record-separator=STRING  record separator for unaligned output",
    "-s, --single-step  single-step mode (confirm each query)",
    "-S, --single-line  single-line mode (end of line terminates SQL command)",
    "-t, --tuples-only  print rows only",
    "-T, --table-attr=TEXT  set HTML table tag attributes",
    "-v, --set=NAME=VALUE  set psql variable NAME to VALUE",
    "-V, --version  output version information, then exit",
    "-x, --expanded  turn on expanded table output",
    "-X, --no-psqlrc  do not read startup file",
    "-z, --field-separator-zero  set field separator for unaligned output to zero byte",
    "-0, --record-separator-zero  set record separator for unaligned output to zero byte",
    "-1, --single-transaction  execute as a single transaction",
    "-?, --help  show help, then exit",
    ...CONNECTION,
  ],
  limits:
    "Not modeled: large objects (\\lo_*), pipelines (\\startpipeline and its like), the output formats latex, latex-longtable and troff-ms, line style old-ascii, GSSAPI, \\ef, \\ev, and of the \\d family \\dA*, \\dc, \\dC, \\dd, \\de*, \\dF*, \\do, \\dO, \\dP, \\dR*, \\dX, \\dy.",
  run: async (self) => (await import("./psql/main.ts")).psql(self),
});
