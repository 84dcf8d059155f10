/** \h: every command of SQL with what it does, and the syntax of the common ones (PostgreSQL 18 documentation, SQL Commands). */

/** Name and description, a line each. */
const TOPICS = `ABORT|abort the current transaction
ALTER AGGREGATE|change the definition of an aggregate function
ALTER COLLATION|change the definition of a collation
ALTER CONVERSION|change the definition of a conversion
ALTER DATABASE|change a database
ALTER DEFAULT PRIVILEGES|define default access privileges
ALTER DOMAIN|change the definition of a domain
ALTER EVENT TRIGGER|change the definition of an event trigger
ALTER EXTENSION|change the definition of an extension
ALTER FOREIGN DATA WRAPPER|change the definition of a foreign-data wrapper
ALTER FOREIGN TABLE|change the definition of a foreign table
ALTER FUNCTION|change the definition of a function
ALTER GROUP|change role name or membership
ALTER INDEX|change the definition of an index
ALTER LANGUAGE|change the definition of a procedural language
ALTER LARGE OBJECT|change the definition of a large object
ALTER MATERIALIZED VIEW|change the definition of a materialized view
ALTER OPERATOR|change the definition of an operator
ALTER OPERATOR CLASS|change the definition of an operator class
ALTER OPERATOR FAMILY|change the definition of an operator family
ALTER POLICY|change the definition of a row-level security policy
ALTER PROCEDURE|change the definition of a procedure
ALTER PUBLICATION|change the definition of a publication
ALTER ROLE|change a database role
ALTER ROUTINE|change the definition of a routine
ALTER RULE|change the definition of a rule
ALTER SCHEMA|change the definition of a schema
ALTER SEQUENCE|change the definition of a sequence generator
ALTER SERVER|change the definition of a foreign server
ALTER STATISTICS|change the definition of an extended statistics object
ALTER SUBSCRIPTION|change the definition of a subscription
ALTER SYSTEM|change a server configuration parameter
ALTER TABLE|change the definition of a table
ALTER TABLESPACE|change the definition of a tablespace
ALTER TEXT SEARCH CONFIGURATION|change the definition of a text search configuration
ALTER TEXT SEARCH DICTIONARY|change the definition of a text search dictionary
ALTER TEXT SEARCH PARSER|change the definition of a text search parser
ALTER TEXT SEARCH TEMPLATE|change the definition of a text search template
ALTER TRIGGER|change the definition of a trigger
ALTER TYPE|change the definition of a type
ALTER USER|change a database role
ALTER USER MAPPING|change the definition of a user mapping
ALTER VIEW|change the definition of a view
ANALYZE|collect statistics about a database
BEGIN|start a transaction block
CALL|invoke a procedure
CHECKPOINT|force a write-ahead log checkpoint
CLOSE|close a cursor
CLUSTER|cluster a table according to an index
COMMENT|define or change the comment of an object
COMMIT|commit the current transaction
COMMIT PREPARED|commit a transaction that was earlier prepared for two-phase commit
COPY|copy data between a file and a table
CREATE ACCESS METHOD|define a new access method
CREATE AGGREGATE|define a new aggregate function
CREATE CAST|define a new cast
CREATE COLLATION|define a new collation
CREATE CONVERSION|define a new encoding conversion
CREATE DATABASE|create a new database
CREATE DOMAIN|define a new domain
CREATE EVENT TRIGGER|define a new event trigger
CREATE EXTENSION|install an extension
CREATE FOREIGN DATA WRAPPER|define a new foreign-data wrapper
CREATE FOREIGN TABLE|define a new foreign table
CREATE FUNCTION|define a new function
CREATE GROUP|define a new database role
CREATE INDEX|define a new index
CREATE LANGUAGE|define a new procedural language
CREATE MATERIALIZED VIEW|define a new materialized view
CREATE OPERATOR|define a new operator
CREATE OPERATOR CLASS|define a new operator class
CREATE OPERATOR FAMILY|define a new operator family
CREATE POLICY|define a new row-level security policy for a table
CREATE PROCEDURE|define a new procedure
CREATE PUBLICATION|define a new publication
CREATE ROLE|define a new database role
CREATE RULE|define a new rewrite rule
CREATE SCHEMA|define a new schema
CREATE SEQUENCE|define a new sequence generator
CREATE SERVER|define a new foreign server
CREATE STATISTICS|define extended statistics
CREATE SUBSCRIPTION|define a new subscription
CREATE TABLE|define a new table
CREATE TABLE AS|define a new table from the results of a query
CREATE TABLESPACE|define a new tablespace
CREATE TEXT SEARCH CONFIGURATION|define a new text search configuration
CREATE TEXT SEARCH DICTIONARY|define a new text search dictionary
CREATE TEXT SEARCH PARSER|define a new text search parser
CREATE TEXT SEARCH TEMPLATE|define a new text search template
CREATE TRANSFORM|define a new transform
CREATE TRIGGER|define a new trigger
CREATE TYPE|define a new data type
CREATE USER|define a new database role
CREATE USER MAPPING|define a new mapping of a user to a foreign server
CREATE VIEW|define a new view
DEALLOCATE|deallocate a prepared statement
DECLARE|define a cursor
DELETE|delete rows of a table
DISCARD|discard session state
DO|execute an anonymous code block
DROP ACCESS METHOD|remove an access method
DROP AGGREGATE|remove an aggregate function
DROP CAST|remove a cast
DROP COLLATION|remove a collation
DROP CONVERSION|remove a conversion
DROP DATABASE|remove a database
DROP DOMAIN|remove a domain
DROP EVENT TRIGGER|remove an event trigger
DROP EXTENSION|remove an extension
DROP FOREIGN DATA WRAPPER|remove a foreign-data wrapper
DROP FOREIGN TABLE|remove a foreign table
DROP FUNCTION|remove a function
DROP GROUP|remove a database role
DROP INDEX|remove an index
DROP LANGUAGE|remove a procedural language
DROP MATERIALIZED VIEW|remove a materialized view
DROP OPERATOR|remove an operator
DROP OPERATOR CLASS|remove an operator class
DROP OPERATOR FAMILY|remove an operator family
DROP OWNED|remove database objects owned by a database role
DROP POLICY|remove a row-level security policy from a table
DROP PROCEDURE|remove a procedure
DROP PUBLICATION|remove a publication
DROP ROLE|remove a database role
DROP ROUTINE|remove a routine
DROP RULE|remove a rewrite rule
DROP SCHEMA|remove a schema
DROP SEQUENCE|remove a sequence
DROP SERVER|remove a foreign server descriptor
DROP STATISTICS|remove extended statistics
DROP SUBSCRIPTION|remove a subscription
DROP TABLE|remove a table
DROP TABLESPACE|remove a tablespace
DROP TEXT SEARCH CONFIGURATION|remove a text search configuration
DROP TEXT SEARCH DICTIONARY|remove a text search dictionary
DROP TEXT SEARCH PARSER|remove a text search parser
DROP TEXT SEARCH TEMPLATE|remove a text search template
DROP TRANSFORM|remove a transform
DROP TRIGGER|remove a trigger
DROP TYPE|remove a data type
DROP USER|remove a database role
DROP USER MAPPING|remove a user mapping for a foreign server
DROP VIEW|remove a view
END|commit the current transaction
EXECUTE|execute a prepared statement
EXPLAIN|show the execution plan of a statement
FETCH|retrieve rows from a query using a cursor
GRANT|define access privileges
IMPORT FOREIGN SCHEMA|import table definitions from a foreign server
INSERT|create new rows in a table
LISTEN|listen for a notification
LOAD|load a shared library file
LOCK|lock a table
MERGE|conditionally insert, update, or delete rows of a table
MOVE|position a cursor
NOTIFY|generate a notification
PREPARE|prepare a statement for execution
PREPARE TRANSACTION|prepare the current transaction for two-phase commit
REASSIGN OWNED|change the ownership of database objects owned by a database role
REFRESH MATERIALIZED VIEW|replace the contents of a materialized view
REINDEX|rebuild indexes
RELEASE SAVEPOINT|destroy a previously defined savepoint
RESET|restore the value of a run-time parameter to the default value
REVOKE|remove access privileges
ROLLBACK|abort the current transaction
ROLLBACK PREPARED|cancel a transaction that was earlier prepared for two-phase commit
ROLLBACK TO SAVEPOINT|roll back to a savepoint
SAVEPOINT|define a new savepoint within the current transaction
SECURITY LABEL|define or change a security label applied to an object
SELECT|retrieve rows from a table or view
SELECT INTO|define a new table from the results of a query
SET|change a run-time parameter
SET CONSTRAINTS|set constraint check timing for the current transaction
SET ROLE|set the current user identifier of the current session
SET SESSION AUTHORIZATION|set the session user identifier and the current user identifier of the current session
SET TRANSACTION|set the characteristics of the current transaction
SHOW|show the value of a run-time parameter
START TRANSACTION|start a transaction block
TABLE|retrieve rows from a table or view
TRUNCATE|empty a table or set of tables
UNLISTEN|stop listening for a notification
UPDATE|update rows of a table
VACUUM|garbage-collect and optionally analyze a database
VALUES|compute a set of rows
WITH|retrieve rows from a table or view`;

/** By name. */
const SYNTAX: Readonly<Record<string, string>> = {
  ABORT: `ABORT [ WORK | TRANSACTION ] [ AND [ NO ] CHAIN ]`,
  "ALTER DATABASE": `ALTER DATABASE name [ [ WITH ] option [ ... ] ]

where option can be:

    ALLOW_CONNECTIONS allowconn
    CONNECTION LIMIT connlimit
    IS_TEMPLATE istemplate

ALTER DATABASE name RENAME TO new_name

ALTER DATABASE name OWNER TO { new_owner | CURRENT_ROLE | CURRENT_USER | SESSION_USER }

ALTER DATABASE name SET TABLESPACE new_tablespace

ALTER DATABASE name REFRESH COLLATION VERSION

ALTER DATABASE name SET configuration_parameter { TO | = } { value | DEFAULT }
ALTER DATABASE name SET configuration_parameter FROM CURRENT
ALTER DATABASE name RESET configuration_parameter
ALTER DATABASE name RESET ALL`,
  "ALTER TABLE": `ALTER TABLE [ IF EXISTS ] [ ONLY ] name [ * ]
    action [, ... ]
ALTER TABLE [ IF EXISTS ] [ ONLY ] name [ * ]
    RENAME [ COLUMN ] column_name TO new_column_name
ALTER TABLE [ IF EXISTS ] [ ONLY ] name [ * ]
    RENAME CONSTRAINT constraint_name TO new_constraint_name
ALTER TABLE [ IF EXISTS ] name
    RENAME TO new_name
ALTER TABLE [ IF EXISTS ] name
    SET SCHEMA new_schema
ALTER TABLE ALL IN TABLESPACE name [ OWNED BY role_name [, ... ] ]
    SET TABLESPACE new_tablespace [ NOWAIT ]
ALTER TABLE [ IF EXISTS ] name
    ATTACH PARTITION partition_name { FOR VALUES partition_bound_spec | DEFAULT }
ALTER TABLE [ IF EXISTS ] name
    DETACH PARTITION partition_name [ CONCURRENTLY | FINALIZE ]

where action is one of:

    ADD [ COLUMN ] [ IF NOT EXISTS ] column_name data_type [ COLLATE collation ] [ column_constraint [ ... ] ]
    DROP [ COLUMN ] [ IF EXISTS ] column_name [ RESTRICT | CASCADE ]
    ALTER [ COLUMN ] column_name [ SET DATA ] TYPE data_type [ COLLATE collation ] [ USING expression ]
    ALTER [ COLUMN ] column_name SET DEFAULT expression
    ALTER [ COLUMN ] column_name DROP DEFAULT
    ALTER [ COLUMN ] column_name { SET | DROP } NOT NULL
    ALTER [ COLUMN ] column_name DROP EXPRESSION [ IF EXISTS ]
    ALTER [ COLUMN ] column_name ADD GENERATED { ALWAYS | BY DEFAULT } AS IDENTITY [ ( sequence_options ) ]
    ALTER [ COLUMN ] column_name { SET GENERATED { ALWAYS | BY DEFAULT } | SET sequence_option | RESTART [ [ WITH ] restart ] } [...]
    ALTER [ COLUMN ] column_name DROP IDENTITY [ IF EXISTS ]
    ALTER [ COLUMN ] column_name SET STATISTICS integer
    ALTER [ COLUMN ] column_name SET ( attribute_option = value [, ... ] )
    ALTER [ COLUMN ] column_name RESET ( attribute_option [, ... ] )
    ALTER [ COLUMN ] column_name SET STORAGE { PLAIN | EXTERNAL | EXTENDED | MAIN }
    ALTER [ COLUMN ] column_name SET COMPRESSION compression_method
    ADD table_constraint [ NOT VALID ]
    ADD table_constraint_using_index
    ALTER CONSTRAINT constraint_name [ DEFERRABLE | NOT DEFERRABLE ] [ INITIALLY DEFERRED | INITIALLY IMMEDIATE ]
    VALIDATE CONSTRAINT constraint_name
    DROP CONSTRAINT [ IF EXISTS ]  constraint_name [ RESTRICT | CASCADE ]
    DISABLE TRIGGER [ trigger_name | ALL | USER ]
    ENABLE TRIGGER [ trigger_name | ALL | USER ]
    ENABLE REPLICA TRIGGER trigger_name
    ENABLE ALWAYS TRIGGER trigger_name
    DISABLE RULE rewrite_rule_name
    ENABLE RULE rewrite_rule_name
    ENABLE REPLICA RULE rewrite_rule_name
    ENABLE ALWAYS RULE rewrite_rule_name
    DISABLE ROW LEVEL SECURITY
    ENABLE ROW LEVEL SECURITY
    FORCE ROW LEVEL SECURITY
    NO FORCE ROW LEVEL SECURITY
    CLUSTER ON index_name
    SET WITHOUT CLUSTER
    SET WITHOUT OIDS
    SET ACCESS METHOD new_access_method
    SET TABLESPACE new_tablespace
    SET { LOGGED | UNLOGGED }
    SET ( storage_parameter [= value] [, ... ] )
    RESET ( storage_parameter [, ... ] )
    INHERIT parent_table
    NO INHERIT parent_table
    OF type_name
    NOT OF
    OWNER TO { new_owner | CURRENT_ROLE | CURRENT_USER | SESSION_USER }
    REPLICA IDENTITY { DEFAULT | USING INDEX index_name | FULL | NOTHING }

and partition_bound_spec is:

IN ( partition_bound_expr [, ...] ) |
FROM ( { partition_bound_expr | MINVALUE | MAXVALUE } [, ...] )
  TO ( { partition_bound_expr | MINVALUE | MAXVALUE } [, ...] ) |
WITH ( MODULUS numeric_literal, REMAINDER numeric_literal )

and column_constraint is:

[ CONSTRAINT constraint_name ]
{ NOT NULL |
  NULL |
  CHECK ( expression ) [ NO INHERIT ] |
  DEFAULT default_expr |
  GENERATED ALWAYS AS ( generation_expr ) STORED |
  GENERATED { ALWAYS | BY DEFAULT } AS IDENTITY [ ( sequence_options ) ] |
  UNIQUE [ NULLS [ NOT ] DISTINCT ] index_parameters |
  PRIMARY KEY index_parameters |
  REFERENCES reftable [ ( refcolumn ) ] [ MATCH FULL | MATCH PARTIAL | MATCH SIMPLE ]
    [ ON DELETE referential_action ] [ ON UPDATE referential_action ] }
[ DEFERRABLE | NOT DEFERRABLE ] [ INITIALLY DEFERRED | INITIALLY IMMEDIATE ]

and table_constraint is:

[ CONSTRAINT constraint_name ]
{ CHECK ( expression ) [ NO INHERIT ] |
  UNIQUE [ NULLS [ NOT ] DISTINCT ] ( column_name [, ... ] ) index_parameters |
  PRIMARY KEY ( column_name [, ... ] ) index_parameters |
  EXCLUDE [ USING index_method ] ( exclude_element WITH operator [, ... ] ) index_parameters [ WHERE ( predicate ) ] |
  FOREIGN KEY ( column_name [, ... ] ) REFERENCES reftable [ ( refcolumn [, ... ] ) ]
    [ MATCH FULL | MATCH PARTIAL | MATCH SIMPLE ] [ ON DELETE referential_action ] [ ON UPDATE referential_action ] }
[ DEFERRABLE | NOT DEFERRABLE ] [ INITIALLY DEFERRED | INITIALLY IMMEDIATE ]

and table_constraint_using_index is:

    [ CONSTRAINT constraint_name ]
    { UNIQUE | PRIMARY KEY } USING INDEX index_name
    [ DEFERRABLE | NOT DEFERRABLE ] [ INITIALLY DEFERRED | INITIALLY IMMEDIATE ]

index_parameters in UNIQUE, PRIMARY KEY, and EXCLUDE constraints are:

[ INCLUDE ( column_name [, ... ] ) ]
[ WITH ( storage_parameter [= value] [, ... ] ) ]
[ USING INDEX TABLESPACE tablespace_name ]

exclude_element in an EXCLUDE constraint is:

{ column_name | ( expression ) } [ COLLATE collation ] [ opclass [ ( opclass_parameter = value [, ... ] ) ] ] [ ASC | DESC ] [ NULLS { FIRST | LAST } ]

referential_action in a FOREIGN KEY/REFERENCES constraint is:

{ NO ACTION | RESTRICT | CASCADE | SET NULL [ ( column_name [, ... ] ) ] | SET DEFAULT [ ( column_name [, ... ] ) ] }`,
  ANALYZE: `ANALYZE [ ( option [, ...] ) ] [ table_and_columns [, ...] ]
ANALYZE [ VERBOSE ] [ table_and_columns [, ...] ]

where option can be one of:

    VERBOSE [ boolean ]
    SKIP_LOCKED [ boolean ]

and table_and_columns is:

    table_name [ ( column_name [, ...] ) ]`,
  BEGIN: `BEGIN [ WORK | TRANSACTION ] [ transaction_mode [, ...] ]

where transaction_mode is one of:

    ISOLATION LEVEL { SERIALIZABLE | REPEATABLE READ | READ COMMITTED | READ UNCOMMITTED }
    READ WRITE | READ ONLY
    [ NOT ] DEFERRABLE`,
  COMMIT: `COMMIT [ WORK | TRANSACTION ] [ AND [ NO ] CHAIN ]`,
  COPY: `COPY table_name [ ( column_name [, ...] ) ]
    FROM { 'filename' | PROGRAM 'command' | STDIN }
    [ [ WITH ] ( option [, ...] ) ]
    [ WHERE condition ]

COPY { table_name [ ( column_name [, ...] ) ] | ( query ) }
    TO { 'filename' | PROGRAM 'command' | STDOUT }
    [ [ WITH ] ( option [, ...] ) ]

where option can be one of:

    FORMAT format_name
    FREEZE [ boolean ]
    DELIMITER 'delimiter_character'
    NULL 'null_string'
    HEADER [ boolean | MATCH ]
    QUOTE 'quote_character'
    ESCAPE 'escape_character'
    FORCE_QUOTE { ( column_name [, ...] ) | * }
    FORCE_NOT_NULL ( column_name [, ...] )
    FORCE_NULL ( column_name [, ...] )
    ENCODING 'encoding_name'`,
  "CREATE DATABASE": `CREATE DATABASE name
    [ WITH ] [ OWNER [=] user_name ]
           [ TEMPLATE [=] template ]
           [ ENCODING [=] encoding ]
           [ STRATEGY [=] strategy ]
           [ LOCALE [=] locale ]
           [ LC_COLLATE [=] lc_collate ]
           [ LC_CTYPE [=] lc_ctype ]
           [ ICU_LOCALE [=] icu_locale ]
           [ LOCALE_PROVIDER [=] locale_provider ]
           [ COLLATION_VERSION = collation_version ]
           [ TABLESPACE [=] tablespace_name ]
           [ ALLOW_CONNECTIONS [=] allowconn ]
           [ CONNECTION LIMIT [=] connlimit ]
           [ IS_TEMPLATE [=] istemplate ]
           [ OID [=] oid ]`,
  "CREATE EXTENSION": `CREATE EXTENSION [ IF NOT EXISTS ] extension_name
    [ WITH ] [ SCHEMA schema_name ]
             [ VERSION version ]
             [ CASCADE ]`,
  "CREATE INDEX": `CREATE [ UNIQUE ] INDEX [ CONCURRENTLY ] [ [ IF NOT EXISTS ] name ] ON [ ONLY ] table_name [ USING method ]
    ( { column_name | ( expression ) } [ COLLATE collation ] [ opclass [ ( opclass_parameter = value [, ... ] ) ] ] [ ASC | DESC ] [ NULLS { FIRST | LAST } ] [, ...] )
    [ INCLUDE ( column_name [, ...] ) ]
    [ NULLS [ NOT ] DISTINCT ]
    [ WITH ( storage_parameter [= value] [, ... ] ) ]
    [ TABLESPACE tablespace_name ]
    [ WHERE predicate ]`,
  "CREATE ROLE": `CREATE ROLE name [ [ WITH ] option [ ... ] ]

where option can be:

      SUPERUSER | NOSUPERUSER
    | CREATEDB | NOCREATEDB
    | CREATEROLE | NOCREATEROLE
    | INHERIT | NOINHERIT
    | LOGIN | NOLOGIN
    | REPLICATION | NOREPLICATION
    | BYPASSRLS | NOBYPASSRLS
    | CONNECTION LIMIT connlimit
    | [ ENCRYPTED ] PASSWORD 'password' | PASSWORD NULL
    | VALID UNTIL 'timestamp'
    | IN ROLE role_name [, ...]
    | IN GROUP role_name [, ...]
    | ROLE role_name [, ...]
    | ADMIN role_name [, ...]
    | USER role_name [, ...]
    | SYSID uid`,
  "CREATE SCHEMA": `CREATE SCHEMA schema_name [ AUTHORIZATION role_specification ] [ schema_element [ ... ] ]
CREATE SCHEMA AUTHORIZATION role_specification [ schema_element [ ... ] ]
CREATE SCHEMA IF NOT EXISTS schema_name [ AUTHORIZATION role_specification ]
CREATE SCHEMA IF NOT EXISTS AUTHORIZATION role_specification

where role_specification can be:

    user_name
  | CURRENT_ROLE
  | CURRENT_USER
  | SESSION_USER`,
  "CREATE SEQUENCE": `CREATE [ { TEMPORARY | TEMP } | UNLOGGED ] SEQUENCE [ IF NOT EXISTS ] name
    [ AS data_type ]
    [ INCREMENT [ BY ] increment ]
    [ MINVALUE minvalue | NO MINVALUE ] [ MAXVALUE maxvalue | NO MAXVALUE ]
    [ START [ WITH ] start ] [ CACHE cache ] [ [ NO ] CYCLE ]
    [ OWNED BY { table_name.column_name | NONE } ]`,
  "CREATE TABLE": `CREATE [ [ GLOBAL | LOCAL ] { TEMPORARY | TEMP } | UNLOGGED ] TABLE [ IF NOT EXISTS ] table_name ( [
  { column_name data_type [ COMPRESSION compression_method ] [ COLLATE collation ] [ column_constraint [ ... ] ]
    | table_constraint
    | LIKE source_table [ like_option ... ] }
    [, ... ]
] )
[ INHERITS ( parent_table [, ... ] ) ]
[ PARTITION BY { RANGE | LIST | HASH } ( { column_name | ( expression ) } [ COLLATE collation ] [ opclass ] [, ... ] ) ]
[ USING method ]
[ WITH ( storage_parameter [= value] [, ... ] ) | WITHOUT OIDS ]
[ ON COMMIT { PRESERVE ROWS | DELETE ROWS | DROP } ]
[ TABLESPACE tablespace_name ]

CREATE [ [ GLOBAL | LOCAL ] { TEMPORARY | TEMP } | UNLOGGED ] TABLE [ IF NOT EXISTS ] table_name
    OF type_name [ (
  { column_name [ WITH OPTIONS ] [ column_constraint [ ... ] ]
    | table_constraint }
    [, ... ]
) ]
[ PARTITION BY { RANGE | LIST | HASH } ( { column_name | ( expression ) } [ COLLATE collation ] [ opclass ] [, ... ] ) ]
[ USING method ]
[ WITH ( storage_parameter [= value] [, ... ] ) | WITHOUT OIDS ]
[ ON COMMIT { PRESERVE ROWS | DELETE ROWS | DROP } ]
[ TABLESPACE tablespace_name ]

CREATE [ [ GLOBAL | LOCAL ] { TEMPORARY | TEMP } | UNLOGGED ] TABLE [ IF NOT EXISTS ] table_name
    PARTITION OF parent_table [ (
  { column_name [ WITH OPTIONS ] [ column_constraint [ ... ] ]
    | table_constraint }
    [, ... ]
) ] { FOR VALUES partition_bound_spec | DEFAULT }
[ PARTITION BY { RANGE | LIST | HASH } ( { column_name | ( expression ) } [ COLLATE collation ] [ opclass ] [, ... ] ) ]
[ USING method ]
[ WITH ( storage_parameter [= value] [, ... ] ) | WITHOUT OIDS ]
[ ON COMMIT { PRESERVE ROWS | DELETE ROWS | DROP } ]
[ TABLESPACE tablespace_name ]

where column_constraint is:

[ CONSTRAINT constraint_name ]
{ NOT NULL |
  NULL |
  CHECK ( expression ) [ NO INHERIT ] |
  DEFAULT default_expr |
  GENERATED ALWAYS AS ( generation_expr ) STORED |
  GENERATED { ALWAYS | BY DEFAULT } AS IDENTITY [ ( sequence_options ) ] |
  UNIQUE [ NULLS [ NOT ] DISTINCT ] index_parameters |
  PRIMARY KEY index_parameters |
  REFERENCES reftable [ ( refcolumn ) ] [ MATCH FULL | MATCH PARTIAL | MATCH SIMPLE ]
    [ ON DELETE referential_action ] [ ON UPDATE referential_action ] }
[ DEFERRABLE | NOT DEFERRABLE ] [ INITIALLY DEFERRED | INITIALLY IMMEDIATE ]

and table_constraint is:

[ CONSTRAINT constraint_name ]
{ CHECK ( expression ) [ NO INHERIT ] |
  UNIQUE [ NULLS [ NOT ] DISTINCT ] ( column_name [, ... ] ) index_parameters |
  PRIMARY KEY ( column_name [, ... ] ) index_parameters |
  EXCLUDE [ USING index_method ] ( exclude_element WITH operator [, ... ] ) index_parameters [ WHERE ( predicate ) ] |
  FOREIGN KEY ( column_name [, ... ] ) REFERENCES reftable [ ( refcolumn [, ... ] ) ]
    [ MATCH FULL | MATCH PARTIAL | MATCH SIMPLE ] [ ON DELETE referential_action ] [ ON UPDATE referential_action ] }
[ DEFERRABLE | NOT DEFERRABLE ] [ INITIALLY DEFERRED | INITIALLY IMMEDIATE ]

and like_option is:

{ INCLUDING | EXCLUDING } { COMMENTS | COMPRESSION | CONSTRAINTS | DEFAULTS | GENERATED | IDENTITY | INDEXES | STATISTICS | STORAGE | ALL }

and partition_bound_spec is:

IN ( partition_bound_expr [, ...] ) |
FROM ( { partition_bound_expr | MINVALUE | MAXVALUE } [, ...] )
  TO ( { partition_bound_expr | MINVALUE | MAXVALUE } [, ...] ) |
WITH ( MODULUS numeric_literal, REMAINDER numeric_literal )

index_parameters in UNIQUE, PRIMARY KEY, and EXCLUDE constraints are:

[ INCLUDE ( column_name [, ... ] ) ]
[ WITH ( storage_parameter [= value] [, ... ] ) ]
[ USING INDEX TABLESPACE tablespace_name ]

exclude_element in an EXCLUDE constraint is:

{ column_name | ( expression ) } [ COLLATE collation ] [ opclass [ ( opclass_parameter = value [, ... ] ) ] ] [ ASC | DESC ] [ NULLS { FIRST | LAST } ]

referential_action in a FOREIGN KEY/REFERENCES constraint is:

{ NO ACTION | RESTRICT | CASCADE | SET NULL [ ( column_name [, ... ] ) ] | SET DEFAULT [ ( column_name [, ... ] ) ] }`,
  "CREATE VIEW": `CREATE [ OR REPLACE ] [ TEMP | TEMPORARY ] [ RECURSIVE ] VIEW name [ ( column_name [, ...] ) ]
    [ WITH ( view_option_name [= view_option_value] [, ... ] ) ]
    AS query
    [ WITH [ CASCADED | LOCAL ] CHECK OPTION ]`,
  DEALLOCATE: `DEALLOCATE [ PREPARE ] { name | ALL }`,
  DELETE: `[ WITH [ RECURSIVE ] with_query [, ...] ]
DELETE FROM [ ONLY ] table_name [ * ] [ [ AS ] alias ]
    [ USING from_item [, ...] ]
    [ WHERE condition | WHERE CURRENT OF cursor_name ]
    [ RETURNING { * | output_expression [ [ AS ] output_name ] } [, ...] ]`,
  DO: `DO [ LANGUAGE lang_name ] code`,
  "DROP DATABASE": `DROP DATABASE [ IF EXISTS ] name [ [ WITH ] ( option [, ...] ) ]

where option can be:

    FORCE`,
  "DROP INDEX": `DROP INDEX [ CONCURRENTLY ] [ IF EXISTS ] name [, ...] [ CASCADE | RESTRICT ]`,
  "DROP ROLE": `DROP ROLE [ IF EXISTS ] name [, ...]`,
  "DROP SCHEMA": `DROP SCHEMA [ IF EXISTS ] name [, ...] [ CASCADE | RESTRICT ]`,
  "DROP SEQUENCE": `DROP SEQUENCE [ IF EXISTS ] name [, ...] [ CASCADE | RESTRICT ]`,
  "DROP TABLE": `DROP TABLE [ IF EXISTS ] name [, ...] [ CASCADE | RESTRICT ]`,
  "DROP USER": `DROP USER [ IF EXISTS ] name [, ...]`,
  "DROP VIEW": `DROP VIEW [ IF EXISTS ] name [, ...] [ CASCADE | RESTRICT ]`,
  END: `END [ WORK | TRANSACTION ] [ AND [ NO ] CHAIN ]`,
  EXECUTE: `EXECUTE name [ ( parameter [, ...] ) ]`,
  EXPLAIN: `EXPLAIN [ ( option [, ...] ) ] statement
EXPLAIN [ ANALYZE ] [ VERBOSE ] statement

where option can be one of:

    ANALYZE [ boolean ]
    VERBOSE [ boolean ]
    COSTS [ boolean ]
    SETTINGS [ boolean ]
    BUFFERS [ boolean ]
    WAL [ boolean ]
    TIMING [ boolean ]
    SUMMARY [ boolean ]
    FORMAT { TEXT | XML | JSON | YAML }`,
  GRANT: `GRANT { { SELECT | INSERT | UPDATE | DELETE | TRUNCATE | REFERENCES | TRIGGER }
    [, ...] | ALL [ PRIVILEGES ] }
    ON { [ TABLE ] table_name [, ...]
         | ALL TABLES IN SCHEMA schema_name [, ...] }
    TO role_specification [, ...] [ WITH GRANT OPTION ]
    [ GRANTED BY role_specification ]

GRANT { { SELECT | INSERT | UPDATE | REFERENCES } ( column_name [, ...] )
    [, ...] | ALL [ PRIVILEGES ] ( column_name [, ...] ) }
    ON [ TABLE ] table_name [, ...]
    TO role_specification [, ...] [ WITH GRANT OPTION ]
    [ GRANTED BY role_specification ]

GRANT { { USAGE | SELECT | UPDATE }
    [, ...] | ALL [ PRIVILEGES ] }
    ON { SEQUENCE sequence_name [, ...]
         | ALL SEQUENCES IN SCHEMA schema_name [, ...] }
    TO role_specification [, ...] [ WITH GRANT OPTION ]
    [ GRANTED BY role_specification ]

GRANT { { CREATE | CONNECT | TEMPORARY | TEMP } [, ...] | ALL [ PRIVILEGES ] }
    ON DATABASE database_name [, ...]
    TO role_specification [, ...] [ WITH GRANT OPTION ]
    [ GRANTED BY role_specification ]

GRANT { USAGE | ALL [ PRIVILEGES ] }
    ON DOMAIN domain_name [, ...]
    TO role_specification [, ...] [ WITH GRANT OPTION ]
    [ GRANTED BY role_specification ]

GRANT { USAGE | ALL [ PRIVILEGES ] }
    ON FOREIGN DATA WRAPPER fdw_name [, ...]
    TO role_specification [, ...] [ WITH GRANT OPTION ]
    [ GRANTED BY role_specification ]

GRANT { USAGE | ALL [ PRIVILEGES ] }
    ON FOREIGN SERVER server_name [, ...]
    TO role_specification [, ...] [ WITH GRANT OPTION ]
    [ GRANTED BY role_specification ]

GRANT { EXECUTE | ALL [ PRIVILEGES ] }
    ON { { FUNCTION | PROCEDURE | ROUTINE } routine_name [ ( [ [ argmode ] [ arg_name ] arg_type [, ...] ] ) ] [, ...]
         | ALL { FUNCTIONS | PROCEDURES | ROUTINES } IN SCHEMA schema_name [, ...] }
    TO role_specification [, ...] [ WITH GRANT OPTION ]
    [ GRANTED BY role_specification ]

GRANT { USAGE | ALL [ PRIVILEGES ] }
    ON LANGUAGE lang_name [, ...]
    TO role_specification [, ...] [ WITH GRANT OPTION ]
    [ GRANTED BY role_specification ]

GRANT { { SELECT | UPDATE } [, ...] | ALL [ PRIVILEGES ] }
    ON LARGE OBJECT loid [, ...]
    TO role_specification [, ...] [ WITH GRANT OPTION ]
    [ GRANTED BY role_specification ]

GRANT { { SET | ALTER SYSTEM } [, ... ] | ALL [ PRIVILEGES ] }
    ON PARAMETER configuration_parameter [, ...]
    TO role_specification [, ...] [ WITH GRANT OPTION ]
    [ GRANTED BY role_specification ]

GRANT { { CREATE | USAGE } [, ...] | ALL [ PRIVILEGES ] }
    ON SCHEMA schema_name [, ...]
    TO role_specification [, ...] [ WITH GRANT OPTION ]
    [ GRANTED BY role_specification ]

GRANT { CREATE | ALL [ PRIVILEGES ] }
    ON TABLESPACE tablespace_name [, ...]
    TO role_specification [, ...] [ WITH GRANT OPTION ]
    [ GRANTED BY role_specification ]

GRANT { USAGE | ALL [ PRIVILEGES ] }
    ON TYPE type_name [, ...]
    TO role_specification [, ...] [ WITH GRANT OPTION ]
    [ GRANTED BY role_specification ]

GRANT role_name [, ...] TO role_specification [, ...]
    [ WITH ADMIN OPTION ]
    [ GRANTED BY role_specification ]

where role_specification can be:

    [ GROUP ] role_name
  | PUBLIC
  | CURRENT_ROLE
  | CURRENT_USER
  | SESSION_USER`,
  INSERT: `[ WITH [ RECURSIVE ] with_query [, ...] ]
INSERT INTO table_name [ AS alias ] [ ( column_name [, ...] ) ]
    [ OVERRIDING { SYSTEM | USER } VALUE ]
    { DEFAULT VALUES | VALUES ( { expression | DEFAULT } [, ...] ) [, ...] | query }
    [ ON CONFLICT [ conflict_target ] conflict_action ]
    [ RETURNING { * | output_expression [ [ AS ] output_name ] } [, ...] ]

where conflict_target can be one of:

    ( { index_column_name | ( index_expression ) } [ COLLATE collation ] [ opclass ] [, ...] ) [ WHERE index_predicate ]
    ON CONSTRAINT constraint_name

and conflict_action is one of:

    DO NOTHING
    DO UPDATE SET { column_name = { expression | DEFAULT } |
                    ( column_name [, ...] ) = [ ROW ] ( { expression | DEFAULT } [, ...] ) |
                    ( column_name [, ...] ) = ( sub-SELECT )
                  } [, ...]
              [ WHERE condition ]`,
  LISTEN: `LISTEN channel`,
  LOCK: `LOCK [ TABLE ] [ ONLY ] name [ * ] [, ...] [ IN lockmode MODE ] [ NOWAIT ]

where lockmode is one of:

    ACCESS SHARE | ROW SHARE | ROW EXCLUSIVE | SHARE UPDATE EXCLUSIVE
    | SHARE | SHARE ROW EXCLUSIVE | EXCLUSIVE | ACCESS EXCLUSIVE`,
  NOTIFY: `NOTIFY channel [ , payload ]`,
  PREPARE: `PREPARE name [ ( data_type [, ...] ) ] AS statement`,
  "REFRESH MATERIALIZED VIEW": `REFRESH MATERIALIZED VIEW [ CONCURRENTLY ] name
    [ WITH [ NO ] DATA ]`,
  "RELEASE SAVEPOINT": `RELEASE [ SAVEPOINT ] savepoint_name`,
  RESET: `RESET configuration_parameter
RESET ALL`,
  ROLLBACK: `ROLLBACK [ WORK | TRANSACTION ] [ AND [ NO ] CHAIN ]`,
  "ROLLBACK TO SAVEPOINT": `ROLLBACK [ WORK | TRANSACTION ] TO [ SAVEPOINT ] savepoint_name`,
  SAVEPOINT: `SAVEPOINT savepoint_name`,
  SELECT: `[ WITH [ RECURSIVE ] with_query [, ...] ]
SELECT [ ALL | DISTINCT [ ON ( expression [, ...] ) ] ]
    [ { * | expression [ [ AS ] output_name ] } [, ...] ]
    [ FROM from_item [, ...] ]
    [ WHERE condition ]
    [ GROUP BY [ ALL | DISTINCT ] grouping_element [, ...] ]
    [ HAVING condition ]
    [ WINDOW window_name AS ( window_definition ) [, ...] ]
    [ { UNION | INTERSECT | EXCEPT } [ ALL | DISTINCT ] select ]
    [ ORDER BY expression [ ASC | DESC | USING operator ] [ NULLS { FIRST | LAST } ] [, ...] ]
    [ LIMIT { count | ALL } ]
    [ OFFSET start [ ROW | ROWS ] ]
    [ FETCH { FIRST | NEXT } [ count ] { ROW | ROWS } { ONLY | WITH TIES } ]
    [ FOR { UPDATE | NO KEY UPDATE | SHARE | KEY SHARE } [ OF table_name [, ...] ] [ NOWAIT | SKIP LOCKED ] [...] ]

where from_item can be one of:

    [ ONLY ] table_name [ * ] [ [ AS ] alias [ ( column_alias [, ...] ) ] ]
                [ TABLESAMPLE sampling_method ( argument [, ...] ) [ REPEATABLE ( seed ) ] ]
    [ LATERAL ] ( select ) [ AS ] alias [ ( column_alias [, ...] ) ]
    with_query_name [ [ AS ] alias [ ( column_alias [, ...] ) ] ]
    [ LATERAL ] function_name ( [ argument [, ...] ] )
                [ WITH ORDINALITY ] [ [ AS ] alias [ ( column_alias [, ...] ) ] ]
    [ LATERAL ] function_name ( [ argument [, ...] ] ) [ AS ] alias ( column_definition [, ...] )
    [ LATERAL ] function_name ( [ argument [, ...] ] ) AS ( column_definition [, ...] )
    [ LATERAL ] ROWS FROM( function_name ( [ argument [, ...] ] ) [ AS ( column_definition [, ...] ) ] [, ...] )
                [ WITH ORDINALITY ] [ [ AS ] alias [ ( column_alias [, ...] ) ] ]
    from_item join_type from_item { ON join_condition | USING ( join_column [, ...] ) [ AS join_using_alias ] }
    from_item NATURAL join_type from_item
    from_item CROSS JOIN from_item

and grouping_element can be one of:

    ( )
    expression
    ( expression [, ...] )
    ROLLUP ( { expression | ( expression [, ...] ) } [, ...] )
    CUBE ( { expression | ( expression [, ...] ) } [, ...] )
    GROUPING SETS ( grouping_element [, ...] )

and with_query is:

    with_query_name [ ( column_name [, ...] ) ] AS [ [ NOT ] MATERIALIZED ] ( select | values | insert | update | delete )
        [ SEARCH { BREADTH | DEPTH } FIRST BY column_name [, ...] SET search_seq_col_name ]
        [ CYCLE column_name [, ...] SET cycle_mark_col_name [ TO cycle_mark_value DEFAULT cycle_mark_default ] USING cycle_path_col_name ]

TABLE [ ONLY ] table_name [ * ]`,
  SET: `SET [ SESSION | LOCAL ] configuration_parameter { TO | = } { value | 'value' | DEFAULT }
SET [ SESSION | LOCAL ] TIME ZONE { value | 'value' | LOCAL | DEFAULT }`,
  "SET ROLE": `SET [ SESSION | LOCAL ] ROLE role_name
SET [ SESSION | LOCAL ] ROLE NONE
RESET ROLE`,
  "SET TRANSACTION": `SET TRANSACTION transaction_mode [, ...]
SET TRANSACTION SNAPSHOT snapshot_id
SET SESSION CHARACTERISTICS AS TRANSACTION transaction_mode [, ...]

where transaction_mode is one of:

    ISOLATION LEVEL { SERIALIZABLE | REPEATABLE READ | READ COMMITTED | READ UNCOMMITTED }
    READ WRITE | READ ONLY
    [ NOT ] DEFERRABLE`,
  SHOW: `SHOW name
SHOW ALL`,
  "START TRANSACTION": `START TRANSACTION [ transaction_mode [, ...] ]

where transaction_mode is one of:

    ISOLATION LEVEL { SERIALIZABLE | REPEATABLE READ | READ COMMITTED | READ UNCOMMITTED }
    READ WRITE | READ ONLY
    [ NOT ] DEFERRABLE`,
  TRUNCATE: `TRUNCATE [ TABLE ] [ ONLY ] name [ * ] [, ... ]
    [ RESTART IDENTITY | CONTINUE IDENTITY ] [ CASCADE | RESTRICT ]`,
  UPDATE: `[ WITH [ RECURSIVE ] with_query [, ...] ]
UPDATE [ ONLY ] table_name [ * ] [ [ AS ] alias ]
    SET { column_name = { expression | DEFAULT } |
          ( column_name [, ...] ) = [ ROW ] ( { expression | DEFAULT } [, ...] ) |
          ( column_name [, ...] ) = ( sub-SELECT )
        } [, ...]
    [ FROM from_item [, ...] ]
    [ WHERE condition | WHERE CURRENT OF cursor_name ]
    [ RETURNING { * | output_expression [ [ AS ] output_name ] } [, ...] ]`,
  VACUUM: `VACUUM [ ( option [, ...] ) ] [ table_and_columns [, ...] ]
VACUUM [ FULL ] [ FREEZE ] [ VERBOSE ] [ ANALYZE ] [ table_and_columns [, ...] ]

where option can be one of:

    FULL [ boolean ]
    FREEZE [ boolean ]
    VERBOSE [ boolean ]
    ANALYZE [ boolean ]
    DISABLE_PAGE_SKIPPING [ boolean ]
    SKIP_LOCKED [ boolean ]
    INDEX_CLEANUP { AUTO | ON | OFF }
    PROCESS_TOAST [ boolean ]
    TRUNCATE [ boolean ]
    PARALLEL integer

and table_and_columns is:

    table_name [ ( column_name [, ...] ) ]`,
  VALUES: `VALUES ( expression [, ...] ) [, ...]
    [ ORDER BY sort_expression [ ASC | DESC | USING operator ] [, ...] ]
    [ LIMIT { count | ALL } ]
    [ OFFSET start [ ROW | ROWS ] ]
    [ FETCH { FIRST | NEXT } [ count ] { ROW | ROWS } ONLY ]`,
};

interface Topic {
  readonly name: string;
  readonly description: string;
}

const topics: readonly Topic[] = TOPICS.split("\n").map((line) => {
  const [name = "", description = ""] = line.split("|");
  return { name, description };
});

/** The list that \h without a name gives, in columns for a terminal that wide. */
export function topicsPage(width: number): string {
  const longest = Math.max(...topics.map(({ name }) => name.length));
  const columns = Math.max(1, Math.floor((width - 3) / (longest + 1)));
  const rows = Math.ceil(topics.length / columns);
  let out = "Available help:\n";
  for (let row = 0; row < rows; row++) {
    let line = "  ";
    for (let at = row; at < topics.length; at += rows)
      line += at + rows < topics.length ? (topics[at]?.name ?? "").padEnd(longest + 1) : (topics[at]?.name ?? "");
    out += `${line}\n`;
  }
  return out;
}

/** Help on one command, or on all whose names begin so; "*": on every one. */
export function sqlHelp(wanted: string): string {
  const words = wanted.toUpperCase().split(/\s+/);
  let found: readonly Topic[] = [];
  for (let count = words.length; count > 0 && found.length === 0; count--) {
    const start = words.slice(0, count).join(" ");
    const exact = topics.filter(({ name }) => name === start);
    found = wanted === "*" ? topics : exact.length > 0 ? exact : topics.filter(({ name }) => name.startsWith(start));
  }
  if (found.length === 0) return `No help available for "${wanted}".\nTry \\h with no arguments to see available help.\n`;
  return found.map(page).join("");
}

function page({ name, description }: Topic): string {
  const syntax = SYNTAX[name] ?? "(this psql does not hold the syntax of this command: see the page below)";
  const url = `https://www.postgresql.org/docs/18/sql-${name.toLowerCase().replaceAll(" ", "")}.html`;
  return `Command:     ${name}\nDescription: ${description}\nSyntax:\n${syntax}\n\nURL: ${url}\n\n`;
}
