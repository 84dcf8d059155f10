/** The clients of PostgreSQL as programs of the table: loaded when they are run, since they are large. */

import type { Program } from "../../kernel/types.ts";
import { type ProgramEntry, program } from "../core/program.ts";

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

interface Client {
  readonly name: string;
  readonly summary: string;
  readonly synopsis: string;
  readonly options: readonly string[];
  readonly unmodeled?: readonly string[];
  readonly limits?: string;
  readonly main: () => Promise<Program>;
}

/** A client that parses its options itself, as PostgreSQL's do, and whose page comes from here. */
function client({ name, summary, synopsis, options, unmodeled, limits, main }: Client): ProgramEntry {
  return program({
    name,
    summary,
    section: "network",
    origin: ORIGIN,
    synopsis: [synopsis],
    options: [...options, "-V, --version  output version information, then exit", ...CONNECTION],
    unmodeled,
    limits,
    ownParsing: "options",
    run: async (self) => (await main())(self),
  });
}

export const createdb = client({
  name: "createdb",
  summary: "create a new PostgreSQL database",
  synopsis: "[OPTION]... [DBNAME] [DESCRIPTION]",
  options: [
    "-D, --tablespace=TABLESPACE  default tablespace for the database",
    "-e, --echo  show the commands being sent to the server",
    "-E, --encoding=ENCODING  encoding for the database",
    "-l, --locale=LOCALE  locale settings for the database",
    "--lc-collate=LOCALE  LC_COLLATE setting for the database",
    "--lc-ctype=LOCALE  LC_CTYPE setting for the database",
    "--builtin-locale=LOCALE  builtin locale setting for the database",
    "--icu-locale=LOCALE  ICU locale setting for the database",
    "--icu-rules=RULES  ICU rules setting for the database",
    "--locale-provider=PROVIDER  locale provider for the database's default collation",
    "-O, --owner=OWNER  database user to own the new database",
    "-S, --strategy=STRATEGY  database creation strategy wal_log or file_copy",
    "-T, --template=TEMPLATE  template database to copy",
    "--maintenance-db=DBNAME  alternate maintenance database",
  ],
  main: async () => (await import("./tools/databases.ts")).createdb,
});

export const dropdb = client({
  name: "dropdb",
  summary: "remove a PostgreSQL database",
  synopsis: "[OPTION]... DBNAME",
  options: [
    "-e, --echo  show the commands being sent to the server",
    "-f, --force  try to terminate other connections before dropping",
    "-i, --interactive  prompt before deleting anything",
    "--if-exists  don't report error if database doesn't exist",
    "--maintenance-db=DBNAME  alternate maintenance database",
  ],
  main: async () => (await import("./tools/databases.ts")).dropdb,
});

export const createuser = client({
  name: "createuser",
  summary: "define a new PostgreSQL user account",
  synopsis: "[OPTION]... [ROLENAME]",
  options: [
    "-a, --with-admin=ROLE  ROLE will be a member of new role with admin option",
    "-c, --connection-limit=N  connection limit for role (default: no limit)",
    "-d, --createdb  role can create new databases",
    "-D, --no-createdb  role cannot create databases (default)",
    "-e, --echo  show the commands being sent to the server",
    "-g, --member-of=ROLE  new role will be a member of ROLE",
    "-i, --inherit  role inherits privileges of roles it is a member of (default)",
    "-I, --no-inherit  role does not inherit privileges",
    "-l, --login  role can login (default)",
    "-L, --no-login  role cannot login",
    "-m, --with-member=ROLE  ROLE will be a member of new role",
    "-P, --pwprompt  assign a password to new role",
    "-r, --createrole  role can create new roles",
    "-R, --no-createrole  role cannot create roles (default)",
    "-s, --superuser  role will be superuser",
    "-S, --no-superuser  role will not be superuser (default)",
    "-v, --valid-until=TIMESTAMP  password expiration date and time for role",
    "--interactive  prompt for missing role name and attributes rather than using defaults",
    "--bypassrls  role can bypass row-level security (RLS) policy",
    "--no-bypassrls  role cannot bypass row-level security (RLS) policy (default)",
    "--replication  role can initiate replication",
    "--no-replication  role cannot initiate replication (default)",
  ],
  main: async () => (await import("./tools/roles.ts")).createuser,
});

export const dropuser = client({
  name: "dropuser",
  summary: "remove a PostgreSQL user account",
  synopsis: "[OPTION]... [ROLENAME]",
  options: [
    "-e, --echo  show the commands being sent to the server",
    "-i, --interactive  prompt before deleting anything, and prompt for role name if not specified",
    "--if-exists  don't report error if user doesn't exist",
  ],
  main: async () => (await import("./tools/roles.ts")).dropuser,
});

export const pgIsReady = client({
  name: "pg_isready",
  summary: "check the connection status of a PostgreSQL server",
  synopsis: "[OPTION]...",
  options: [
    "-d, --dbname=DBNAME  database name",
    "-q, --quiet  run quietly",
    "-t, --timeout=SECS  seconds to wait when attempting connection, 0 disables (default: 3)",
  ],
  main: async () => (await import("./tools/isready.ts")).pgIsReady,
});

export const vacuumdb = client({
  name: "vacuumdb",
  summary: "garbage-collect and analyze a PostgreSQL database",
  synopsis: "[OPTION]... [DBNAME]",
  options: [
    "-a, --all  vacuum all databases",
    "-d, --dbname=DBNAME  database to vacuum",
    "-e, --echo  show the commands being sent to the server",
    "-f, --full  do full vacuuming",
    "-F, --freeze  freeze row transaction information",
    "-j, --jobs=NUM  (accepted; one connection works)",
    "-q, --quiet  don't write any messages",
    "-t, --table=TABLE  vacuum specific table(s) only",
    "-v, --verbose  write a lot of output",
    "-z, --analyze  update optimizer statistics",
    "-Z, --analyze-only  only update optimizer statistics; no vacuum",
    "--maintenance-db=DBNAME  alternate maintenance database",
  ],
  unmodeled: ["--analyze-in-stages", "--min-xid-age", "--min-mxid-age", "--parallel", "--schema", "--exclude-schema", "--skip-locked"],
  main: async () => (await import("./tools/maintenance.ts")).vacuumdb,
});

export const reindexdb = client({
  name: "reindexdb",
  summary: "reindex a PostgreSQL database",
  synopsis: "[OPTION]... [DBNAME]",
  options: [
    "-a, --all  reindex all databases",
    "--concurrently  reindex concurrently",
    "-d, --dbname=DBNAME  database to reindex",
    "-e, --echo  show the commands being sent to the server",
    "-i, --index=INDEX  recreate specific index(es) only",
    "-j, --jobs=NUM  (accepted; one connection works)",
    "-q, --quiet  don't write any messages",
    "-s, --system  reindex system catalogs only",
    "-S, --schema=SCHEMA  reindex specific schema(s) only",
    "-t, --table=TABLE  reindex specific table(s) only",
    "-v, --verbose  write a lot of output",
    "--maintenance-db=DBNAME  alternate maintenance database",
  ],
  unmodeled: ["--tablespace"],
  main: async () => (await import("./tools/maintenance.ts")).reindexdb,
});

export const pgDump = client({
  name: "pg_dump",
  summary: "export a PostgreSQL database as an SQL script",
  synopsis: "[OPTION]... [DBNAME]",
  options: [
    "-f, --file=FILENAME  output file",
    "-F, --format=p  output file format: plain text",
    "-a, --data-only  dump only the data, not the schema",
    "-c, --clean  clean (drop) database objects before recreating",
    "-C, --create  include commands to create database in dump",
    "-n, --schema=PATTERN  dump the specified schema(s) only",
    "-N, --exclude-schema=PATTERN  do NOT dump the specified schema(s)",
    "-O, --no-owner  skip restoration of object ownership",
    "-s, --schema-only  dump only the schema, no data",
    "-t, --table=PATTERN  dump only the specified table(s)",
    "-T, --exclude-table=PATTERN  do NOT dump the specified table(s)",
    "-v, --verbose  (accepted)",
    "-x, --no-privileges  do not dump privileges (grant/revoke)",
    "--column-inserts  dump data as INSERT commands with column names",
    "--disable-triggers  disable triggers during data-only restore",
    "--exclude-table-data=PATTERN  do NOT dump data for the specified table(s)",
    "--if-exists  use IF EXISTS when dropping objects",
    "--inserts  dump data as INSERT commands, rather than COPY",
    "--no-comments  do not dump comment commands",
    "--on-conflict-do-nothing  add ON CONFLICT DO NOTHING to INSERT commands",
    "--restrict-key=RESTRICT_KEY  use provided string as psql \\restrict key",
    "--role=ROLENAME  do SET ROLE before dump",
    "--rows-per-insert=NROWS  number of rows per INSERT; implies --inserts",
    "--section=SECTION  dump named section (pre-data, data, or post-data)",
  ],
  unmodeled: ["-B", "-b", "-e", "-j", "-S", "-Z", "--filter", "--snapshot", "--statistics", "--strict-names"],
  limits:
    "Only the plain format. Aggregates, operators, casts, foreign data wrappers, text search objects, publications, extended statistics, default privileges and settings of databases are not dumped.",
  main: async () => (await import("./dump/dump.ts")).pgDump,
});

export const pgDumpall = client({
  name: "pg_dumpall",
  summary: "export a PostgreSQL server's databases and roles as an SQL script",
  synopsis: "[OPTION]...",
  options: [
    "-f, --file=FILENAME  output file",
    "-a, --data-only  dump only the data, not the schema",
    "-c, --clean  clean (drop) databases before recreating",
    "-g, --globals-only  dump only global objects, no databases",
    "-l, --database=DBNAME  alternative default database",
    "-O, --no-owner  skip restoration of object ownership",
    "-r, --roles-only  dump only roles, no databases or tablespaces",
    "-s, --schema-only  dump only the schema, no data",
    "-x, --no-privileges  do not dump privileges (grant/revoke)",
    "--column-inserts  dump data as INSERT commands with column names",
    "--if-exists  use IF EXISTS when dropping objects",
    "--inserts  dump data as INSERT commands, rather than COPY",
    "--no-role-passwords  do not dump passwords for roles",
    "--restrict-key=RESTRICT_KEY  use provided string as psql \\restrict key",
  ],
  unmodeled: ["--exclude-database", "--filter", "-t", "-S"],
  limits: "Tablespaces and settings of roles are not dumped.",
  main: async () => (await import("./dump/dumpall.ts")).pgDumpall,
});

export const pgRestore = client({
  name: "pg_restore",
  summary: "restore a PostgreSQL database from an archive file created by pg_dump",
  synopsis: "[OPTION]... [FILE]",
  options: [
    "-d, --dbname=NAME  connect to database name",
    "-f, --file=FILENAME  output file name (- for stdout)",
    "-l, --list  print summarized TOC of the archive",
  ],
  limits: "This machine's pg_dump makes plain dumps only, and those are for psql: pg_restore says so.",
  main: async () => (await import("./dump/restore.ts")).pgRestore,
});
