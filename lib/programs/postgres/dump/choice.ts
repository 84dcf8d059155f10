/** What is dumped, and how. */

export interface DumpOptions {
  readonly schemaOnly: boolean;
  readonly dataOnly: boolean;
  readonly clean: boolean;
  readonly ifExists: boolean;
  readonly create: boolean;
  readonly noOwner: boolean;
  readonly noPrivileges: boolean;
  readonly noComments: boolean;
  /** INSERT instead of COPY; with the columns' names. */
  readonly inserts: boolean;
  readonly columnInserts: boolean;
  readonly rowsPerInsert: number;
  readonly onConflictDoNothing: boolean;
  readonly disableTriggers: boolean;
  readonly restrictKey: string;
  readonly tables: readonly string[];
  readonly excludeTables: readonly string[];
  readonly excludeData: readonly string[];
  readonly schemas: readonly string[];
  readonly excludeSchemas: readonly string[];
  readonly sections: readonly string[];
}
