import { concat, decode } from "../core/io.ts";
import { program } from "../core/program.ts";

export const envsubst = program({
  name: "envsubst",
  summary: "substitute environment variables in shell format strings",
  section: "text",
  origin: "GNU gettext 0.21",
  synopsis: ["[OPTION] [SHELL-FORMAT]"],
  options: ["-v, --variables  output the variables occurring in SHELL-FORMAT"],
  run: async (self, args) => {
    const [format] = args.operands;
    const pattern = /\$(?:\{([A-Za-z_]\w*)\}|([A-Za-z_]\w*))/g;
    const named = format === undefined ? undefined : new Set([...format.matchAll(pattern)].map((found) => found[1] ?? found[2] ?? ""));
    if (args.has("variables")) {
      for (const name of named ?? []) await self.print(`${name}\n`);
      return 0;
    }
    const text = decode(concat([await self.readAll(0)]));
    await self.print(
      text.replace(pattern, (whole, braced?: string, plain?: string) => {
        const name = braced ?? plain ?? "";
        return named && !named.has(name) ? whole : (self.env[name] ?? "");
      }),
    );
    return 0;
  },
});
