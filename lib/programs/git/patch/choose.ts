/** Choosing hunks one by one: the conversation of `git add -p` and its kin (git-add(1), INTERACTIVE MODE, patch). */
import { encode } from "../../core/io.ts";
import { edit } from "../commands/shared.ts";
import type { Git } from "../context.ts";
import { readSide } from "../diff/content.ts";
import { splitLines } from "../diff/line-diff.ts";
import type { Pair } from "../diff/pairs.ts";
import { hunkText, isBinary, paint, patchText } from "../diff/patch.ts";
import { notModeled } from "../errors.ts";
import { applyChoices } from "./apply.ts";
import { assembled, type Choice, choicesOf, edited, split } from "./hunks.ts";
import { editGuide, helpOf, type PatchMode, promptOf } from "./words.ts";

/** What is asked about one file. */
interface FileChoices {
  readonly pair: Pair;
  readonly header: string;
  readonly left: readonly string[];
  readonly right: readonly string[];
  /** A change of the mode is asked about first. */
  readonly modeText: string | undefined;
}

const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);

/** Asks about every file, and does at its end what was chosen. */
export async function choosePatch(git: Git, mode: PatchMode, pairs: readonly Pair[]): Promise<void> {
  const conversation = new Conversation(git, mode);
  const read = (side: Pair["old"]) => (side === undefined ? new Uint8Array(0) : readSide(git.repository, side).data);
  const binary = pairs.filter((pair) => isBinary(read(pair.old)) || isBinary(read(pair.new)));
  if (pairs.length === 0) git.warn("No changes.\n");
  else if (binary.length === pairs.length) git.warn("Only binary files changed.\n");
  for (const pair of pairs) {
    if (binary.includes(pair)) continue;
    const whole = patchText(git.repository, pair, { color: conversation.color, context: 3, prefixes: { old: "a/", new: "b/" } });
    const all = whole.split(/(?<=\n)/);
    const bare = (line: string) => line.replace("\x1b[36m", "").replace("\x1b[1m", "");
    const end = all.findIndex((line) => bare(line).startsWith("@@ "));
    const lines = end < 0 ? all : all.slice(0, end);
    const hasBoth = pair.old !== undefined && pair.new !== undefined;
    const ofMode = lines.filter((line) => hasBoth && /^(old|new) mode /.test(bare(line)));
    const isDone = await conversation.file({
      pair,
      header: lines.filter((line) => !ofMode.includes(line)).join(""),
      left: splitLines(text(read(pair.old))),
      right: splitLines(text(read(pair.new))),
      modeText: ofMode.length === 0 ? undefined : ofMode.join(""),
    });
    if (isDone) break;
  }
  await git.flush();
}

class Conversation {
  readonly color: boolean;
  private readonly input: AsyncIterator<string>;

  constructor(
    private readonly git: Git,
    private readonly mode: PatchMode,
  ) {
    this.color = git.color("interactive");
    this.input = git.self.lines(0);
  }

  private async line(): Promise<string | undefined> {
    await this.git.flush();
    const next = await this.input.next();
    return next.done ? undefined : next.value;
  }

  private err(message: string): void {
    this.git.warn(`${paint(this.color, "1;31", message)}\n`);
  }

  /** Whether nothing more is to be asked. */
  async file({ pair, header, left, right, modeText }: FileChoices): Promise<boolean> {
    const { git } = this;
    const modeChoice: Choice | undefined =
      modeText === undefined ? undefined : { use: "undecided", edits: [], changes: [], hunk: NO_LINES };
    const choices: Choice[] = [...(modeChoice === undefined ? [] : [modeChoice]), ...choicesOf(left, right)];
    const isAdded = pair.old === undefined;
    // An empty file that is new is asked about as a whole.
    const isWhole = choices.length === 0;
    if (isWhole && !isAdded) return false;
    if (isWhole) choices.push({ use: "undecided", edits: [], changes: [], hunk: NO_LINES });
    git.say(header);
    let at = 0;
    let isQuit = false;
    // What was possible once stays possible within a file, as in git 2.39.
    const possible = new Set<string>();
    for (;;) {
      if (at < 0 || at >= choices.length) at = 0;
      const current = choices[at];
      if (current === undefined) break;
      const undecided = (from: number, step: number) => {
        for (let i = from; i >= 0 && i < choices.length; i += step) if (choices[i]?.use === "undecided") return i;
        return -1;
      };
      const previous = undecided(at - 1, -1);
      const next = undecided(at + 1, 1);
      if (previous < 0 && next < 0 && current.use !== "undecided") break;
      const letters = isWhole
        ? ""
        : this.letters({ choices, at, previous, next, current, hasMode: modeChoice !== undefined, isDeleted: pair.new === undefined });
      for (const letter of letters.split(",")) possible.add(letter);
      if (!isWhole) git.say(current === modeChoice ? (modeText ?? "") : hunkText(current.hunk, this.color));
      const what = pair.new === undefined ? "deletion" : isAdded ? "addition" : current === modeChoice ? "mode change" : "this hunk";
      git.say(paint(this.color, "1;34", `(${at + 1}/${choices.length}) ${promptOf(this.mode, what, letters)}`));
      const answer = await this.line();
      if (answer === undefined) break;
      const first = answer[0];
      if (first === undefined) continue;
      const lower = first.toLowerCase();
      const onward = () => (next < 0 ? choices.length : next);
      if (lower === "y" || lower === "n") {
        current.use = lower === "y" ? "yes" : "no";
        at = onward();
      } else if (lower === "a" || lower === "d" || lower === "q") {
        for (; at < choices.length; at++) {
          const each = choices[at];
          if (each?.use === "undecided") each.use = lower === "a" ? "yes" : "no";
        }
        isQuit = lower === "q";
        if (isQuit) break;
      } else if (first === "K" || first === "k" || first === "J" || first === "j") {
        if (possible.has(first)) at = { K: at - 1, J: at + 1, k: previous, j: next }[first];
        else this.err(first === "K" || first === "k" ? "No previous hunk" : "No next hunk");
      } else if (first === "g")
        at = possible.has("g") ? await this.goTo(choices, at, answer.slice(1).trim(), modeChoice !== undefined) : this.other(at, "goto");
      else if (first === "/") at = possible.has("/") ? await this.search(choices, at, answer.slice(1)) : this.other(at, "search");
      else if (first === "s") {
        if (!possible.has("s")) this.err("Sorry, cannot split this hunk");
        else {
          const pieces = current.changes.length > 1 ? split(current, left, right) : [current];
          git.say(`${paint(this.color, "1", `Split into ${pieces.length} hunks.`)}\n`);
          choices.splice(at, 1, ...pieces);
        }
      } else if (first === "e") {
        if (!possible.has("e")) this.err("Sorry, cannot edit this hunk");
        else {
          const changed = await this.edit(current, left, pair.new?.path ?? "");
          if (changed === undefined) continue;
          choices[at] = changed;
          at = onward();
        }
      } else
        git.say(
          helpOf(this.mode, letters)
            .map((line) => `${paint(this.color, "1;31", line)}\n`)
            .join(""),
        );
    }
    const chosen = choices.filter(({ use }) => use === "yes");
    if (chosen.length > 0) {
      const ofLines = (wanted: boolean) => choices.filter((each) => each !== modeChoice && (each.use === "yes") === wanted);
      applyChoices(git, this.mode, pair, {
        content: encode(assembled(left, ofLines(this.mode === "stage"))),
        takesMode: modeChoice?.use === "yes",
        takesAll: ofLines(false).length === 0,
        takesNone: ofLines(true).length === 0,
      });
    }
    git.say("\n");
    return isQuit;
  }

  private letters(now: {
    choices: readonly Choice[];
    at: number;
    previous: number;
    next: number;
    current: Choice;
    hasMode: boolean;
    isDeleted: boolean;
  }): string {
    const { choices, at, previous, next, current, hasMode, isDeleted } = now;
    return [
      previous >= 0 && ",k",
      at > 0 && ",K",
      next >= 0 && ",j",
      at + 1 < choices.length && ",J",
      choices.length > 1 && ",g,/",
      current.changes.length > 1 && ",s",
      at + 1 > (hasMode ? 1 : 0) && !isDeleted && ",e",
    ]
      .filter((each) => each !== false)
      .join("");
  }

  private other(at: number, what: string): number {
    this.err(`No other hunks to ${what}`);
    return at;
  }

  private async goTo(choices: readonly Choice[], at: number, given: string, hasMode: boolean): Promise<number> {
    let answer = given;
    let shown = Math.max(hasMode ? 1 : 0, at - 10);
    while (answer === "") {
      for (const end = Math.min(choices.length, shown + 20); shown < end; shown++) {
        const each = choices[shown];
        if (each === undefined) continue;
        const { hunk, use } = each;
        const range = ` -${from(hunk.leftStart, hunk.leftCount)} +${from(hunk.rightStart, hunk.rightCount)} `;
        const line = hunk.lines.find((text) => /^[-+]/.test(text)) ?? "";
        this.git.say(
          `${use === "yes" ? "+" : use === "no" ? "-" : " "}${String(shown + 1).padStart(2)}: ${`${range.padEnd(20)}${line}`.slice(0, 80)}\n`,
        );
      }
      this.git.say(shown < choices.length ? "go to which hunk (<ret> to see more)? " : "go to which hunk? ");
      const line = await this.line();
      if (line === undefined) break;
      answer = line.trim();
    }
    const number = Number(answer);
    if (!/^\d+$/.test(answer)) this.err(`Invalid number: '${answer}'`);
    else if (number >= 1 && number <= choices.length) return number - 1;
    else this.err(`Sorry, only ${choices.length} hunk${choices.length === 1 ? "" : "s"} available.`);
    return at;
  }

  private async search(choices: readonly Choice[], at: number, given: string): Promise<number> {
    let pattern = given;
    if (pattern === "") {
      this.git.say("search for regex? ");
      pattern = (await this.line()) ?? "";
      if (pattern === "") return at;
    }
    let regex: RegExp;
    try {
      regex = new RegExp(pattern, "m");
    } catch (error) {
      this.err(`Malformed search regexp ${pattern}: ${error instanceof Error ? error.message : ""}`);
      return at;
    }
    for (let step = 0; step < choices.length; step++) {
      const index = (at + step) % choices.length;
      const each = choices[index];
      if (each !== undefined && regex.test(hunkText(each.hunk, false))) return index;
    }
    this.err("No hunk matches the given pattern");
    return at;
  }

  /** Undefined when it was given up. */
  private async edit(current: Choice, left: readonly string[], name: string): Promise<Choice | undefined> {
    if (this.mode !== "stage") throw notModeled(`editing a hunk while it is ${this.mode === "unstage" ? "unstaged" : "discarded"}`);
    const { repository } = this.git;
    const path = repository.gitPath("addp-hunk-edit.diff");
    const guide = editGuide(this.mode).map((line) => `# ${line}\n`);
    const start = hunkText(current.hunk, false);
    for (;;) {
      repository.writeGitFile("addp-hunk-edit.diff", `# Manual hunk edit mode -- see bottom for a quick guide.\n${start}${guide.join("")}`);
      await this.git.flush();
      const result = await edit(this.git, path);
      repository.removeGitFile("addp-hunk-edit.diff");
      const lines = result
        .replace(/\n$/, "")
        .split("\n")
        .filter((line) => !line.startsWith("#"));
      if (lines.every((line) => line.trim() === "" || line.startsWith("@@"))) return undefined;
      const changed = edited(current, lines, left);
      if (changed !== undefined) return changed;
      this.git.warn(
        `error: patch failed: ${name}:${current.hunk.leftStart + 1}\nerror: ${name}: patch does not apply\nerror: 'git apply --cached' failed\n`,
      );
      this.git.say('Your edited hunk does not apply. Edit again (saying "no" discards!) [y/n]? ');
      const answer = await this.line();
      if (answer === undefined || /^n/i.test(answer)) return undefined;
    }
  }
}

const NO_LINES = { leftStart: 0, leftCount: 0, rightStart: 0, rightCount: 0, heading: "", lines: [] } as const;

/** A range as in a list of hunks; line numbers begin with 1. */
const from = (start: number, count: number) => `${count === 0 ? start : start + 1},${count}`;
