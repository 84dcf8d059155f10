import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Program } from "../kernel/types.ts";
import { killAll, runScript, shellWorld } from "./testing.ts";

/** Copies standard input in pieces of a size that changes, so that stages get out of step. */
const drip: Program = async (self) => {
  let size = 1;
  for (let bytes = await self.read(0, size); bytes.length > 0; bytes = await self.read(0, size)) {
    await self.print(bytes);
    size = ((size * 7) % 5000) + 1;
  }
  return 0;
};

let world: Awaited<ReturnType<typeof shellWorld>>;
beforeAll(async () => {
  world = await shellWorld({ drip });
});
afterAll(() => world.kernel.shutdown());

// biome-ignore-start lint/suspicious/noTemplateCurlyInString: the shell's own syntax
const token = fc.constantFrom(
  ...'if then else elif fi for in do done while until case esac function { } ( ) (( )) [[ ]] ! time && || ; & | |& ;; > >> < <<< 2>&1 &> <( >( $( ` $(( )) ${ } " \' \\ # * ? [a-z] ~ = += x y=1 $x ${x} ${x:-d} ${#x} ${!x} ${x[@]} "$@" $? $! a=(1 2) {1..3} {a,b} echo : true false read cd eval set -e shift return break exit local declare -A unset trap test [ ] printf %s cat 1 /tmp \n'.split(
    " ",
  ),
  "\n",
  "<<E\n",
  "E\n",
);

// biome-ignore-end lint/suspicious/noTemplateCurlyInString: the shell's own syntax
const commandLine = fc
  .array(fc.oneof({ weight: 8, arbitrary: token }, fc.string({ maxLength: 4 }), fc.string({ unit: "binary", maxLength: 2 })), {
    maxLength: 14,
  })
  .map((tokens) => tokens.join(" "));
const AT_ONCE = 20;

describe("any command line at all", () => {
  it("neither breaks the shell nor keeps it from being killed (10,000 of them)", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(commandLine, { minLength: AT_ONCE, maxLength: AT_ONCE }), async (scripts) => {
        const before = new Set(world.machine.processes().map((process) => process.pid));
        const ended = Promise.all(scripts.map((script) => runScript(world.machine, script)));
        const killer = setInterval(() => {
          killAll(world, before);
        }, 20);
        const results = await ended.finally(() => clearInterval(killer));
        for (const { stderr } of results) expect(stderr).not.toMatch(/internal error|fault in the shell|TypeError|RangeError/);
      }),
      { numRuns: 10_000 / AT_ONCE },
    );
    expect(world.host.logged).toEqual([]);
  }, 120_000);
});

describe("a pipeline", () => {
  it("loses and reorders nothing, whatever its stages are", async () => {
    const stage = fc.constantFrom("cat", "drip", "(cat)", "{ cat; }", "{ drip | cat; }", "if true; then drip; fi", "eval cat");
    await fc.assert(
      fc.asyncProperty(fc.array(stage, { minLength: 1, maxLength: 6 }), fc.integer({ min: 0, max: 200_000 }), async (stages, size) => {
        const text = Array.from({ length: size }, (_, at) => String.fromCharCode(33 + ((at * 7) % 90))).join("");
        world.machine.files.writeFile("/tmp/in", text);
        const result = await runScript(world.machine, `cat /tmp/in | ${stages.join(" | ")}`);
        expect(result.stdout === text && result.stderr === "" && result.status === 0).toBe(true);
      }),
      { numRuns: 30 },
    );
  });
});

describe("quoting", () => {
  it("can always be read back", async () => {
    const text = fc.string({ unit: "grapheme", maxLength: 12 }).filter((value) => !value.includes("\0") && !/[\ud800-\udfff]/.test(value));
    await fc.assert(
      fc.asyncProperty(text, async (value) => {
        const script =
          // biome-ignore lint/suspicious/noTemplateCurlyInString: the shell's own syntax
          'eval "a=${X@Q}"; eval "b=$(printf %q "$X")"; c=$(declare -p X); eval "${c/ X=/ d=}"; for v in "$a" "$b" "$d"; do [[ $v == "$X" ]] && echo same; done';
        const result = await runScript(world.machine, script, { env: { X: value } });
        expect(result).toEqual({ stdout: "same\nsame\nsame\n", stderr: "", status: 0 });
      }),
      { numRuns: 150 },
    );
  });
});
