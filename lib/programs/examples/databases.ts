/** Examples of PostgreSQL's clients: of a server on this machine, a database `shop` in it, and a role of the learner's name. */
import type { Examples } from "./examples.ts";

export const DATABASES: Examples = {
  psql: [
    ["psql -l", "Which databases there are"],
    ["psql shop -c 'select count(*) from product'", "Ask one question"],
    ["psql shop -c '\\d product'", "What a table looks like"],
    ["psql shop -At -c 'select name from product order by name'", "Only the values, for a script"],
    ["psql --csv shop -c 'table product' > product.csv", "A table as a CSV file"],
    ["psql shop -q -v ON_ERROR_STOP=1 -f schema.sql", "Run a file, and stop at the first mistake"],
  ],
  createdb: [
    ["createdb blog", "Make a database"],
    ["createdb -O learner news", "Make one that belongs to somebody"],
    ["createdb -e copy", "See what is sent to the server"],
  ],
  dropdb: [
    ["dropdb blog", "Remove a database"],
    ["dropdb --if-exists nothing 2> /dev/null", "Remove it if it is there"],
    ["echo y | dropdb -i news 2> /dev/null", "Ask before"],
  ],
  createuser: [
    ["createuser ann", "Make a role that may log in"],
    ["createuser -d bob", "Make one that may create databases"],
    ["createuser -e -s root2", "Make a superuser, and see what is sent"],
  ],
  dropuser: [
    ["dropuser ann", "Remove a role"],
    ["dropuser --if-exists nobody2 2> /dev/null", "Remove it if it is there"],
    ["dropuser -e bob", "See what is sent to the server"],
  ],
  pg_isready: [
    ["pg_isready", "Whether the server of this machine takes connections"],
    ["pg_isready -h localhost -p 5432", "Ask over the network"],
    ["pg_isready -q", "Only the exit status, for a script"],
  ],
  pg_dump: [
    ["pg_dump shop > shop.sql", "Keep a whole database"],
    ["pg_dump -s shop", "Only the tables, without what is in them"],
    ["pg_dump -t product shop > product.sql", "Only one table"],
    ["pg_dump -a --inserts shop", "Only the rows, as INSERT statements"],
  ],
};
