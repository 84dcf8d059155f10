/** \if, \elif, \else and \endif: which lines are taken. */

type Branch =
  /** Taken now. */
  | "true"
  /** Not taken; a later \elif or \else may be. */
  | "false"
  /** Not taken, since one was before or the whole is inside of what is not taken. */
  | "ignored"
  | "else-true"
  | "else-false";

export class Conditions {
  readonly #stack: { branch: Branch; readonly buffer: string; readonly parens: number }[] = [];

  get isActive(): boolean {
    const top = this.#stack.at(-1);
    return top === undefined || top.branch === "true" || top.branch === "else-true";
  }

  get isEmpty(): boolean {
    return this.#stack.length === 0;
  }

  get top(): Branch | undefined {
    return this.#stack.at(-1)?.branch;
  }

  clear(): void {
    this.#stack.length = 0;
  }

  /** What was typed before the branch comes back when the branch is not taken. */
  push(branch: Branch, buffer: string, parens: number): void {
    this.#stack.push({ branch, buffer, parens });
  }

  set(branch: Branch): void {
    const top = this.#stack.at(-1);
    if (top) top.branch = branch;
  }

  pop(): void {
    this.#stack.pop();
  }

  get saved(): { readonly buffer: string; readonly parens: number } | undefined {
    return this.#stack.at(-1);
  }
}
