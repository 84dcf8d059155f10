/** visudo(8): editing /etc/sudoers, and looking for mistakes in it. */
import type { Process } from "../../kernel/types.ts";
import { Failure } from "../core/errors.ts";
import { program } from "../core/program.ts";
import { readSudoers } from "./sudoers.ts";

const SUDOERS = "/etc/sudoers";

export const visudo = program({
  name: "visudo",
  summary: "edit the sudoers file",
  section: "users",
  origin: "visudo version 1.9.13p3",
  synopsis: ["[-c] [-q]"],
  options: ["-c, --check  check-only mode", "-q, --quiet  less verbose syntax error messages", "-s, --strict  (accepted)"],
  unmodeled: ["-f", "--file", "-I", "--no-includes", "-O", "--owner", "-P", "--perms", "-x"],
  run: async (self, args) => {
    if (self.credentials.uid !== 0) throw new Failure(`${SUDOERS}: Permission denied`, 1);
    if (args.has("check")) return check(self, args.has("quiet"));
    const { files } = self.machine;
    const before = files.readText(SUDOERS);
    const draft = `${SUDOERS}.tmp`;
    files.writeFile(draft, before, { mode: 0o440 });
    const editor = self.env.SUDO_EDITOR ?? self.env.VISUAL ?? self.env.EDITOR ?? "nano";
    const child = self.spawn({ argv: [...editor.split(/\s+/), draft], foreground: true });
    await self.wait(child.pid);
    const after = files.readText(draft);
    files.unlink(draft);
    if (after === before) {
      await self.error(`visudo: ${draft} unchanged\n`);
      return 0;
    }
    files.writeFile(SUDOERS, after);
    files.chmod(SUDOERS, 0o440);
    const status = await check(self, true);
    if (status === 0) return 0;
    // A file that can't be read would lock everybody out.
    files.writeFile(SUDOERS, before);
    files.chmod(SUDOERS, 0o440);
    await self.error("visudo: the file has mistakes; the old one stays\n");
    return 1;
  },
});

async function check(self: Process, quiet: boolean): Promise<number> {
  const { mistakes } = readSudoers(self.machine.files);
  if (mistakes.length > 0) {
    for (const { path, line, text } of mistakes) await self.error(`${path}:${line}: syntax error\n${text}\n`);
    return 1;
  }
  if (quiet) return 0;
  const { files } = self.machine;
  const more = files.exists("/etc/sudoers.d")
    ? files.readdir("/etc/sudoers.d").filter(({ name }) => !name.includes(".") && !name.endsWith("~"))
    : [];
  await self.print([SUDOERS, ...more.map(({ name }) => `/etc/sudoers.d/${name}`)].map((path) => `${path}: parsed OK\n`).join(""));
  return 0;
}
