/** vim and vi are not on this machine: what to use instead. */
import { alias, program } from "../core/program.ts";

export const vim = program({
  name: "vim",
  summary: "says which editors there are (vim itself is not modeled)",
  section: "text",
  origin: "Slipway",
  synopsis: ["[file ...]"],
  ownParsing: "options",
  limits: "vim is not modeled. Use nano in the terminal, or the editor pane beside it.",
  run: async (self, args) => {
    const file = args.raw.find((word) => !/^[-+]/.test(word));
    await self.error(
      `${self.argv[0] ?? "vim"}: this editor is not modeled on this machine.\nUse nano${file === undefined ? "" : ` ${file}`} here in the terminal, or open the file in the editor pane.\n`,
    );
    return 1;
  },
});

export const vi = alias(vim, "vi");
