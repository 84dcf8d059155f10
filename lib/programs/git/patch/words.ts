/** What is asked and explained, by what the hunks are chosen for (add-patch.c of git 2.39). */

export type PatchMode = "stage" | "unstage" | "discard";

interface Words {
  /** Behind "Stage this hunk". */
  readonly verb: string;
  readonly where: string;
  /** In the help. */
  readonly does: string;
  readonly marked: string;
}

const WORDS: Readonly<Record<PatchMode, Words>> = {
  stage: { verb: "Stage", where: "", does: "stage", marked: "staging" },
  unstage: { verb: "Unstage", where: "", does: "unstage", marked: "unstaging" },
  discard: { verb: "Discard", where: " from worktree", does: "discard", marked: "discarding" },
};

export function promptOf(mode: PatchMode, what: "mode change" | "deletion" | "addition" | "this hunk", letters: string): string {
  const { verb, where } = WORDS[mode];
  return `${verb} ${what}${where} [y,n,q,a,d${letters},?]? `;
}

const MORE: readonly (readonly [string, string])[] = [
  ["j", "leave this hunk undecided, see next undecided hunk"],
  ["J", "leave this hunk undecided, see next hunk"],
  ["k", "leave this hunk undecided, see previous undecided hunk"],
  ["K", "leave this hunk undecided, see previous hunk"],
  ["g", "select a hunk to go to"],
  ["/", "search for a hunk matching the given regex"],
  ["s", "split the current hunk into smaller hunks"],
  ["e", "manually edit the current hunk"],
];

export function helpOf(mode: PatchMode, letters: string): string[] {
  const { does, where } = WORDS[mode];
  return [
    `y - ${does} this hunk${where}`,
    `n - do not ${does} this hunk${where}`,
    `q - quit; do not ${does} this hunk or any of the remaining ones`,
    `a - ${does} this hunk and all later hunks in the file`,
    `d - do not ${does} this hunk or any of the later hunks in the file`,
    ...MORE.filter(([letter]) => letters.includes(letter)).map(([letter, meaning]) => `${letter} - ${meaning}`),
    "? - print help",
  ];
}

export function editGuide(mode: PatchMode): string[] {
  return [
    "---",
    "To remove '-' lines, make them ' ' lines (context).",
    "To remove '+' lines, delete them.",
    "Lines starting with # will be removed.",
    `If the patch applies cleanly, the edited hunk will immediately be marked for ${WORDS[mode].marked}.`,
    "If it does not apply cleanly, you will be given an opportunity to",
    "edit again.  If all lines of the hunk are removed, then the edit is",
    "aborted and the hunk is left unchanged.",
  ];
}
