/** The kinds of check, as a lab has them: lab.yaml after the schema (`check-schema.ts`) with every default filled in. */

/** One check as lab.yaml has it, after the schema. Exactly one of the kinds is present. */
export type CheckDefinition = CheckCommon &
  (RunCheck | FileCheck | HttpCheck | PortCheck | ProcessCheck | SqlCheck | GitCheck | HistoryCheck | TrafficCheck | QuizCheck);

export interface CheckCommon {
  readonly id: string;
  /** Topics of the syllabus. */
  readonly teaches?: readonly string[];
  readonly because: string;
  readonly next: string;
  /** Must hold at the end too, not only once. */
  readonly lasting?: boolean;
}

/** A command in a throw-away copy of the machine. */
export interface RunCheck {
  readonly kind: "run";
  readonly run: string;
  readonly on: string;
  readonly cwd?: string;
  readonly user?: string;
  readonly exit?: number;
  readonly stdout?: TextRule;
  readonly network: boolean;
  readonly timeoutSeconds: number;
}

export interface FileCheck {
  readonly kind: "file";
  readonly file: string;
  readonly on: string;
  readonly exists: boolean;
  readonly type?: "file" | "directory" | "symlink";
  readonly text?: TextRule;
  /** Octal, as chmod takes it. */
  readonly mode?: string;
  readonly owner?: string;
}

/** A request made on the machine; marked, kept out of the history. */
export interface HttpCheck {
  readonly kind: "http";
  readonly http: string;
  readonly on: string;
  readonly method: string;
  readonly headers: Readonly<Record<string, string>>;
  /** Nothing may listen there: it passes when the connection is refused. Only a connection is tried, no request is sent. */
  readonly refused?: true;
  readonly status?: number;
  readonly body?: TextRule;
  readonly responseHeaders?: Readonly<Record<string, TextRule>>;
  /** Of an https address: besides being trusted, it lasts for so many days, and is of an issuer whose name contains this. */
  readonly certificate?: { readonly daysLeft?: number; readonly issuer?: string };
}

/** Who listens on a port of a machine, and whether another machine gets through to it. */
export interface PortCheck {
  readonly kind: "port";
  readonly port: number;
  readonly on: string;
  readonly listening: boolean;
  /** The address that it must be bound to. */
  readonly address?: string;
  /** The program that must have it. */
  readonly process?: string;
  /** Whether a connection from that machine gets through. */
  readonly reach?: { readonly from: string; readonly reachable: boolean };
}

/** Which programs run. */
export interface ProcessCheck {
  readonly kind: "process";
  /** A program's name; what counts as one is said at `programNames`. */
  readonly process: string;
  readonly on: string;
  readonly user?: string;
  /** What the command line must be like. */
  readonly command?: TextRule;
  /** How many of them; { min: 0, max: 0 } when none may run. */
  readonly count: { readonly min: number; readonly max: number | undefined };
}

/** What a query gives, in a transaction that can change nothing. */
export interface SqlCheck {
  readonly kind: "sql";
  readonly sql: string;
  readonly on: string;
  readonly database: /** PostgreSQL, by the server's socket on that machine, as the user of that name. */
    | { readonly engine: "postgres"; readonly name: string; readonly user: string }
    /** A file of SQLite's. */
    | { readonly engine: "sqlite"; readonly file: string };
  /** Every row, cell by cell. */
  readonly rows?: readonly (readonly SqlValue[])[];
  /** The first cell of the first row. */
  readonly value?: SqlValue;
  /** How many rows. */
  readonly count?: { readonly min: number; readonly max: number | undefined };
}

/** What a git repository holds: commits, files, tags, and what must never have been in it. */
export interface GitCheck {
  readonly kind: "git";
  readonly on: string;
  /** A working tree, or a bare repository. */
  readonly repository: string;
  /** A branch, or another name of a commit; undefined: what is checked out. */
  readonly branch?: string;
  /** What the message of at least one commit of the branch must be like. */
  readonly message?: TextRule;
  /** How many commits the branch has. */
  readonly commits?: { readonly min: number; readonly max: number | undefined };
  /** Paths that the branch's latest commit must have. */
  readonly tracked: readonly string[];
  /** Paths that it must not have. */
  readonly untracked: readonly string[];
  /** What a file must be like in the latest commit. */
  readonly file?: { readonly path: string; readonly text: TextRule };
  /** Nothing is changed, staged or untracked. */
  readonly clean: boolean;
  readonly tag?: string;
  /** Text that no file of any commit may hold, on any branch or tag. */
  readonly never: readonly string[];
}

export type SqlValue = string | number | boolean | null;

/** Something that was never so, or always from the first moment on at which it was so. */
export type HistoryCheck = HistoryRule & ({ readonly kind: "never" } | { readonly kind: "always" });

interface HistoryRule {
  readonly what: RequestRule | PortCheck | ProcessCheck | FileCheck;
  /** The task from whose passing on it counts; else from the lab's start on. */
  readonly since?: string;
}

/** Requests of users, and what they were answered. */
export interface RequestRule {
  readonly kind: "request";
  readonly status: readonly StatusClass[];
  /** The beginning of their addresses. */
  readonly to?: string;
  /** Simulated users, the learner's own browser, or both. */
  readonly by: "users" | "traffic" | "browser";
}

/** A status, a class of them ("5xx"), or that no answer came. */
export type StatusClass = number | `${1 | 2 | 3 | 4 | 5}xx` | "none";

/** How simulated users fared: since their traffic began, or around the latest change of a program's processes. */
export interface TrafficCheck {
  readonly kind: "traffic";
  readonly traffic: string;
  /** At least so many requests. */
  readonly requests: number;
  /** At most so many without an answer. */
  readonly lost: number;
  /** At most so many answered with 5xx. */
  readonly errors: number;
  /** The program that must have been reloaded or restarted meanwhile. */
  readonly during?: { readonly process: string; readonly on: string };
}

export interface QuizCheck {
  readonly kind: "quiz";
  readonly quiz: string;
}

/** All the given parts must hold. */
export interface TextRule {
  readonly contains?: readonly string[];
  readonly excludes?: readonly string[];
  /** JavaScript regular expression, multiline. */
  readonly matches?: string;
  /** What `matches` looks for, in words: learners do not read regular expressions. */
  readonly wanted?: string;
  readonly equals?: string;
}
