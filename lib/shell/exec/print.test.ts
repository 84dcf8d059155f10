import { readFileSync } from "node:fs";
import fc from "fast-check";
import { parse } from "unbash";
import { describe, expect, it } from "vitest";
import { printFunction } from "./print.ts";

/** A script as the body of a function, printed as `declare -f` does; undefined when it does not parse as one. */
function printed(script: string): string | undefined {
  const text = `f () \n{ \n${script}\n}`;
  const { commands, errors } = parse(text);
  const command = commands[0]?.command;
  if (errors !== undefined || commands.length !== 1 || command?.type !== "Function") return undefined;
  return printFunction("f", command.body);
}

function bodyOf(text: string): string {
  return text.replace(/^f \(\) \n\{ \n/, "").replace(/\n\}$/, "");
}

const scripts: string[] = ["bash", "builtins", "everyday"].flatMap((name) =>
  JSON.parse(readFileSync(new URL(`../fidelity/${name}.json`, import.meta.url), "utf8")).map((each: { script: string }) => each.script),
);

describe("a printed command", () => {
  it("prints the same again after it was parsed", () => {
    let compared = 0;
    for (const script of scripts) {
      const first = printed(script);
      if (first === undefined) continue;
      compared++;
      expect(printed(bodyOf(first)), script).toBe(first);
    }
    expect(compared).toBeGreaterThan(300);
  });

  it("prints the same again whatever it is made of", () => {
    // biome-ignore-start lint/suspicious/noTemplateCurlyInString: the shell's own syntax
    const word = fc.constantFrom(
      "a",
      "$x",
      '"$y z"',
      "'q r'",
      "$(echo s)",
      "`echo b`",
      "${v:-d}",
      "$((1+2))",
      "{a,b}",
      "*.c",
      "\\;",
      "x=1",
      "<(cat)",
    );
    // biome-ignore-end lint/suspicious/noTemplateCurlyInString: the shell's own syntax
    const redirect = fc.constantFrom("> out", "2>&1", "< in", ">> log", "<<< here", "&> all", "3>&-", "2> /dev/null");
    const simple = fc
      .tuple(fc.array(word, { minLength: 1, maxLength: 3 }), fc.array(redirect, { maxLength: 2 }))
      .map(([words, redirects]) => ["echo", ...words, ...redirects].join(" "));
    const { command } = fc.letrec<{ command: string; list: string }>((tie) => ({
      command: fc.oneof(
        { depthSize: "small", withCrossShrink: true },
        simple,
        fc.tuple(tie("list"), tie("list")).map(([a, b]) => `if ${a}; then ${b}; fi`),
        fc.tuple(tie("list"), tie("list"), tie("list")).map(([a, b, c]) => `if ${a}; then ${b}; elif ${c}; then ${a}; else ${b}; fi`),
        fc.tuple(word, tie("list")).map(([a, b]) => `for i in ${a} z; do ${b}; done`),
        tie("list").map((a) => `for ((i=0; i<3; i++)); do ${a}; done`),
        fc.tuple(tie("list"), tie("list")).map(([a, b]) => `while ${a}; do ${b}; done`),
        fc.tuple(word, tie("list"), tie("list")).map(([a, b, c]) => `case ${a} in x | y) ${b};; *) ${c};; esac`),
        tie("list").map((a) => `{ ${a}; }`),
        fc.tuple(tie("list"), redirect).map(([a, b]) => `( ${a} ) ${b}`),
        tie("list").map((a) => `g() { ${a}; }`),
        fc.constantFrom("[[ -n $x && ! ( $y == z* || 1 -lt 2 ) ]]", "(( x += 2 ))", "! true", "time echo t"),
      ),
      list: fc
        .array(fc.tuple(tie("command"), fc.constantFrom("; ", " && ", " || ", " | ", " |& ", " & ")), { minLength: 1, maxLength: 3 })
        .map((parts) => parts.map(([text, operator], at) => (at === parts.length - 1 ? text : text + operator)).join("")),
    }));
    fc.assert(
      fc.property(command, (script) => {
        const first = printed(script);
        if (first === undefined) return;
        expect(printed(bodyOf(first))).toBe(first);
      }),
      { numRuns: 400 },
    );
  });
});
