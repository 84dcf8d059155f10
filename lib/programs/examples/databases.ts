/** Examples of PostgreSQL's clients: of a server on this machine, a database `shop` in it, and a role of the learner's name. */
import type { Examples } from "./examples.ts";

export const DATABASES: Examples = {
  psql: [
    ["psql -l", "Which databases there are"],
    ["psql shop -c 'select count(*) from product'", "Ask one question"],
    ["psql shop -c '\\d product'", "What a table looks like"],
    ["psql shop -At -c 'select name from product order by name'", "Only the values, for a script"],
    ["psql --csv shop -c 'table product' > product.csv", "A table as a CSV file"],
    ["psql shop -v ON_ERROR_STOP=1 -f schema.sql", "Run a file, and stop at the first mistake"],
  ],
};
