/** man(1), whatis(1), apropos(1): pages made from the program table. */
import type { Process } from "../../kernel/types.ts";
import { Failure } from "../core/errors.ts";
import { manualText } from "../core/help.ts";
import { encode } from "../core/io.ts";
import { Arguments } from "../core/options.ts";
import { type ManualEntry, program } from "../core/program.ts";
import { programPath } from "../packages/catalog.ts";

/** The table is asked for when a page is, since the table holds this program too. A page is where its program is installed. */
async function table(self: Process): Promise<ReadonlyMap<string, ManualEntry>> {
  const { manual } = await import("../table.ts");
  return new Map([...manual].filter(([name]) => self.machine.files.exists(programPath(name))));
}

export const man = program({
  name: "man",
  summary: "an interface to the system reference manuals",
  section: "system",
  origin: "man-db 2.11.2",
  synopsis: ["[man options] [section] page ..."],
  options: [
    "-f, --whatis  equivalent to whatis",
    "-k, --apropos  equivalent to apropos",
    "-P, --pager=PAGER  use program PAGER to display output (accepted)",
  ],
  unmodeled: [
    "-a",
    "--all",
    "-K",
    "--global-apropos",
    "-l",
    "--local-file",
    "-w",
    "--where",
    "--path",
    "-M",
    "--manpath",
    "-s",
    "--sections",
  ],
  limits: "Pages are short: what this machine covers of each program. Built-in commands of the shell are explained by its own help.",
  run: async (self, args) => {
    const programs = await table(self);
    const [first, ...more] = args.operands;
    if (first === undefined) {
      await self.error("What manual page do you want?\nFor example, try 'man man'.\n");
      return 1;
    }
    const names = /^[1-9]\w*$/.test(first) && more.length > 0 ? more : [first, ...more];
    if (args.has("whatis")) return whatisAll([...programs.values()], names, (text) => self.print(text));
    if (args.has("apropos")) return aproposAll([...programs.values()], names, (text) => self.print(text));
    let status = 0;
    for (const name of names) {
      const entry = programs.get(name);
      if (!entry) {
        await self.error(`No manual entry for ${name}\n`);
        status = 16;
        continue;
      }
      const tty = self.fds.get(1)?.tty;
      const text = manualText(entry, Math.min(100, tty?.columns ?? 80));
      if (!tty) {
        await self.print(text);
        continue;
      }
      const { page } = await import("../text/less.ts");
      const bold = text.replace(/^[A-Z][A-Z ]+$/gm, "\x1b[1m$&\x1b[0m");
      let rest: Uint8Array = encode(bold);
      const input = {
        read: async () => {
          const now = rest;
          rest = new Uint8Array();
          return now;
        },
        close: () => {},
      };
      await page(self, [{ name: `Manual page ${name}(1)`, input }], new Arguments([], [], []));
    }
    return status;
  },
});

async function whatisAll(
  entries: readonly ManualEntry[],
  names: readonly string[],
  print: (text: string) => Promise<void>,
): Promise<number> {
  let status = 0;
  for (const name of names) {
    const entry = entries.find((each) => each.name === name);
    if (entry) await print(`${`${entry.name} (1)`.padEnd(20)} - ${entry.summary}\n`);
    else {
      await print(`${name}: nothing appropriate.\n`);
      status = 16;
    }
  }
  return status;
}

async function aproposAll(
  entries: readonly ManualEntry[],
  words: readonly string[],
  print: (text: string) => Promise<void>,
): Promise<number> {
  let status = 0;
  for (const word of words) {
    const found = entries.filter((entry) => `${entry.name} ${entry.summary}`.toLowerCase().includes(word.toLowerCase()));
    for (const entry of found) await print(`${`${entry.name} (1)`.padEnd(20)} - ${entry.summary}\n`);
    if (found.length === 0) {
      await print(`${word}: nothing appropriate.\n`);
      status = 16;
    }
  }
  return status;
}

export const whatis = program({
  name: "whatis",
  summary: "display one-line manual page descriptions",
  section: "system",
  origin: "man-db 2.11.2",
  synopsis: ["name ..."],
  run: async (self, args) => {
    if (args.operands.length === 0) throw new Failure("what?", 1);
    return whatisAll([...(await table(self)).values()], args.operands, (text) => self.print(text));
  },
});

export const apropos = program({
  name: "apropos",
  summary: "search the manual page names and descriptions",
  section: "system",
  origin: "man-db 2.11.2",
  synopsis: ["keyword ..."],
  run: async (self, args) => {
    if (args.operands.length === 0) throw new Failure("what?", 1);
    return aproposAll([...(await table(self)).values()], args.operands, (text) => self.print(text));
  },
});
