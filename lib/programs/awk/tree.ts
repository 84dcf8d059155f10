/** The syntax tree of an awk program. */

export type Expression =
  | { readonly kind: "number"; readonly value: number }
  | { readonly kind: "string"; readonly value: string }
  | { readonly kind: "regex"; readonly source: string }
  | { readonly kind: "variable"; readonly name: string }
  | { readonly kind: "field"; readonly index: Expression }
  | { readonly kind: "element"; readonly array: string; readonly keys: readonly Expression[] }
  | { readonly kind: "in"; readonly keys: readonly Expression[]; readonly array: string }
  | { readonly kind: "assign"; readonly operator: string; readonly target: Expression; readonly value: Expression }
  | { readonly kind: "ternary"; readonly test: Expression; readonly yes: Expression; readonly no: Expression }
  | { readonly kind: "binary"; readonly operator: string; readonly left: Expression; readonly right: Expression }
  | { readonly kind: "unary"; readonly operator: string; readonly operand: Expression }
  | { readonly kind: "step"; readonly by: number; readonly prefix: boolean; readonly target: Expression }
  | { readonly kind: "group"; readonly inner: Expression }
  | { readonly kind: "list"; readonly items: readonly Expression[] }
  | { readonly kind: "call"; readonly name: string; readonly args: readonly Expression[]; readonly builtin: boolean }
  | {
      readonly kind: "getline";
      readonly from: "input" | "file" | "command";
      readonly source: Expression | undefined;
      readonly target: Expression | undefined;
    };

export interface Redirection {
  readonly kind: ">" | ">>" | "|";
  readonly target: Expression;
}

export type Statement =
  | { readonly kind: "expression"; readonly value: Expression }
  | { readonly kind: "print"; readonly values: readonly Expression[]; readonly formatted: boolean; readonly to: Redirection | undefined }
  | { readonly kind: "if"; readonly test: Expression; readonly yes: Statement; readonly no: Statement | undefined }
  | { readonly kind: "while"; readonly test: Expression; readonly body: Statement }
  | { readonly kind: "do"; readonly test: Expression; readonly body: Statement }
  | {
      readonly kind: "for";
      readonly start: Statement | undefined;
      readonly test: Expression | undefined;
      readonly step: Statement | undefined;
      readonly body: Statement;
    }
  | { readonly kind: "for-in"; readonly variable: string; readonly array: string; readonly body: Statement }
  | { readonly kind: "block"; readonly body: readonly Statement[] }
  | { readonly kind: "delete"; readonly array: string; readonly keys: readonly Expression[] | undefined }
  | { readonly kind: "return" | "exit"; readonly value: Expression | undefined }
  | { readonly kind: "break" | "continue" | "next" | "nextfile" };

export type Pattern =
  | { readonly kind: "begin" }
  | { readonly kind: "end" }
  | { readonly kind: "always" }
  | { readonly kind: "test"; readonly test: Expression }
  | { readonly kind: "range"; readonly from: Expression; readonly to: Expression };

export interface Rule {
  readonly pattern: Pattern;
  /** Undefined: print $0. */
  readonly body: Statement | undefined;
}

export interface AwkFunction {
  readonly name: string;
  readonly parameters: readonly string[];
  readonly body: Statement;
}

export interface AwkProgram {
  readonly rules: readonly Rule[];
  readonly functions: ReadonlyMap<string, AwkFunction>;
}
