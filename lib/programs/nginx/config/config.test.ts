import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Machine } from "../../../kernel/types.ts";
import { freshMachine } from "../../testing.ts";
import { directiveRules } from "./directive-table.ts";
import { murmurHash2 } from "./murmur.ts";
import { readConfiguration } from "./parser.ts";
import { ConfigError, quoteWord, Tokens } from "./tokens.ts";
import { parseMilliseconds, parseSeconds, parseSize } from "./values.ts";

let machine: Machine;
beforeAll(async () => {
  machine = await freshMachine();
});
afterAll(() => machine.destroy());

/** Every statement of a text, as words with "{" or ";" behind, and "}". */
function statements(text: string): string[][] {
  const tokens = new Tokens(text);
  const found: string[][] = [];
  for (let next = tokens.next(); next.kind !== "end"; next = tokens.next()) {
    if (next.kind === "close") found.push(["}"]);
    else found.push([...next.words, next.kind === "block" ? "{" : ";"]);
  }
  return found;
}

const print = (all: readonly (readonly string[])[]): string =>
  all
    .map((words) => (words[0] === "}" && words.length === 1 ? "}" : `${words.slice(0, -1).map(quoteWord).join(" ")}${words.at(-1)}`))
    .join("\n");

const word = fc
  .string({ minLength: 1, maxLength: 12, unit: fc.constantFrom(..."abc /{};\"'\\$#()=~^*.\n1") })
  .filter((text) => !/\\[trn]/.test(text) && !/\\$/.test(text));

describe("the configuration's language", () => {
  it("reads what it prints as what it was", () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.array(word, { minLength: 1, maxLength: 4 }), fc.constantFrom(";", "{"))), (lines) => {
        const all = lines.map(([words, end]) => [...words, end]);
        expect(statements(print(all))).toEqual(all);
      }),
    );
  });

  it("takes any text for a configuration or says what is wrong with it, and never fails otherwise", () => {
    const name = fc.constantFrom(...directiveRules.keys(), "oops");
    const argument = fc.constantFrom(
      "on",
      "off",
      "/",
      "~",
      "=",
      "$uri",
      "${a",
      "10",
      "1m",
      "http://127.0.0.1:1/x",
      "zone=a:1m",
      "rate=1r/s",
      "[",
      "(",
      "a.test",
      "unix:/x",
      "8080",
      "404",
      "if=$a",
      "*",
      "",
    );
    const line = fc.tuple(name, fc.array(argument, { maxLength: 4 }), fc.constantFrom(";", ";", "{", "}", " { }"));
    const wrapped = fc.tuple(
      fc.constantFrom(
        "",
        "events {}\n",
        "events {}\nhttp {\n",
        "events {}\nhttp {\nserver {\n",
        "events {}\nhttp {\nserver {\nlocation / {\n",
        "events {}\nhttp {\nupstream a {\n",
      ),
      fc.array(line, { maxLength: 6 }),
    );
    const cwd = machine.filesAs({ uid: 0, gid: 0, groups: [0] }, "/tmp");
    fc.assert(
      fc.property(wrapped, ([start, lines]) => {
        const depth = start.split("{\n").length - 1;
        const text = `${start}${lines.map(([first, rest, end]) => `${[first, ...rest.map((each) => (each === "" ? '""' : each))].join(" ")}${end}\n`).join("")}${"}\n".repeat(depth)}`;
        cwd.writeFile("/tmp/any.conf", text);
        try {
          readConfiguration(
            {
              files: cwd,
              prefix: "/tmp/",
              confPath: "/tmp/any.conf",
              hostname: "a",
              isRoot: true,
              resolve: () => [],
              warn: () => {},
              errorLog: "stderr",
            },
            undefined,
          );
        } catch (error) {
          if (!(error instanceof ConfigError)) throw new Error(`${String(error)} for:\n${text}`);
        }
      }),
      { numRuns: 500 },
    );
  });
});

it("splits clients in the shares that are asked for", () => {
  const below = Math.floor((2500 * 0xffffffff) / 10_000);
  const hits = Array.from({ length: 4000 }, (_, at) => murmurHash2(`user-${at}`)).filter((hash) => hash < below).length;
  expect(hits / 4000).toBeGreaterThan(0.22);
  expect(hits / 4000).toBeLessThan(0.28);
});

it("reads sizes and times in nginx's units", () => {
  expect([parseSize("8k"), parseSize("1M"), parseSize("1g"), parseSize("1g", true), parseSize("k"), parseSize("")]).toEqual([
    8192,
    1048576,
    undefined,
    1073741824,
    undefined,
    undefined,
  ]);
  expect([
    parseSeconds("1h30m"),
    parseSeconds("1d"),
    parseSeconds("5"),
    parseSeconds("1m1h"),
    parseSeconds("500ms"),
    parseSeconds(""),
  ]).toEqual([5400, 86400, 5, undefined, undefined, undefined]);
  expect([
    parseMilliseconds("500ms"),
    parseMilliseconds("1s"),
    parseMilliseconds("2m"),
    parseMilliseconds("3"),
    parseMilliseconds("1y"),
  ]).toEqual([500, 1000, 120000, 3000, undefined]);
});
