/** stty(1): the settings of the terminal on standard input. */
import type { TermSettings } from "../../kernel/types.ts";
import { Failure } from "../core/errors.ts";
import { program } from "../core/program.ts";

const SANE: TermSettings = { canonical: true, echo: true, signals: true, outputProcessing: true, crToNl: true };
/** Settings by the names of termios(3). */
const FLAGS: Readonly<Record<string, keyof TermSettings>> = {
  icanon: "canonical",
  echo: "echo",
  isig: "signals",
  opost: "outputProcessing",
  icrnl: "crToNl",
};
const RAW: TermSettings = { canonical: false, echo: false, signals: false, outputProcessing: false, crToNl: false };

export const stty = program({
  name: "stty",
  summary: "change and print terminal line settings",
  section: "system",
  origin: "GNU coreutils 9.1",
  ownParsing: "options",
  synopsis: ["[SETTING]...", "-a", "size"],
  options: ["-a, --all  print all current settings in human-readable form"],
  limits: "Settings: echo, icanon, isig, opost, icrnl, raw, cooked, sane, rows, cols, and size.",
  run: async (self, args) => {
    const tty = self.fds.get(0)?.tty;
    if (tty === undefined) throw new Failure("'standard input': Inappropriate ioctl for device");
    const words = [...args.raw];
    const described = () =>
      `speed 38400 baud; rows ${tty.rows}; columns ${tty.columns}; line = 0;\nintr = ^C; quit = ^\\; erase = ^?; kill = ^U; eof = ^D;\n${Object.entries(
        FLAGS,
      )
        .map(([name, key]) => `${tty.settings[key] ? "" : "-"}${name}`)
        .join(" ")}\n`;
    if (words.length === 0) await self.print("speed 38400 baud; line = 0;\n");
    for (let word = words.shift(); word !== undefined; word = words.shift()) {
      const flag = FLAGS[word.replace(/^-/, "")];
      if (word === "-a" || word === "--all") await self.print(described());
      else if (word === "size") await self.print(`${tty.rows} ${tty.columns}\n`);
      else if (word === "sane" || word === "cooked" || word === "-raw")
        tty.settings = word === "sane" ? SANE : { ...SANE, echo: tty.settings.echo };
      else if (word === "raw") tty.settings = { ...RAW, echo: tty.settings.echo };
      else if (flag !== undefined) tty.settings = { ...tty.settings, [flag]: !word.startsWith("-") };
      else if (/^(rows|cols|columns)$/.test(word) && /^\d+$/.test(words[0] ?? "")) {
        const value = Number(words.shift());
        tty.resize(word === "rows" ? tty.columns : value, word === "rows" ? value : tty.rows);
      } else throw new Failure(`invalid argument '${word}'\nTry 'stty --help' for more information.`);
    }
    return 0;
  },
});
