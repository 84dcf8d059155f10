/** Commands that go somewhere or look at something: to name one gives nothing away. */
const LOOKING = /^(cd|ls|pwd|cat|less|head|tail|man|help|echo|exit|clear|ssh|history|ps|top|df|du|id|whoami|hostname)\b/;

/**
 * The command of the solution that a hint gives away: one with what it needs (a name alone is a pointer), the same but for quotes,
 * blanks and where its paths begin. Undefined: it leaves something to think about.
 */
export function revealedBy(hint: string, solution: string): string | undefined {
  const said = normalized(hint);
  return commandsOf(solution).find((command) => {
    const plain = normalized(command);
    return plain.split(" ").length >= 2 && !LOOKING.test(plain) && ` ${said} `.includes(` ${plain} `);
  });
}

/** What the solution's Markdown has one type: lines behind `$ ` of console blocks; without any, code in backticks. */
function commandsOf(solution: string): string[] {
  const blocks = [...solution.matchAll(/^```console[^\n]*\n([\s\S]*?)^```/gm)].flatMap(([, text = ""]) => text.split("\n"));
  const typed = blocks.filter((line) => /^\s*\$ /.test(line)).map((line) => line.replace(/^\s*\$ /, ""));
  if (typed.length > 0) return typed;
  return [...solution.matchAll(/`([^`\n]+)`/g)].map(([, code = ""]) => code);
}

function normalized(text: string): string {
  return text
    .replace(/[`'"“”]/g, "")
    .replace(/[,;.:!?)]+(?=\s|$)/g, "")
    .replace(/\(/g, " ")
    .replace(/~\/|\.\//g, "")
    .replace(/\s+/g, " ")
    .trim();
}
