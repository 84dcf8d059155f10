/** Running other programs: hooks, and nginx. */
import { createPipe } from "../../kernel/pipe.ts";
import type { OpenFile, Process } from "../../kernel/types.ts";
import { decode } from "../core/io.ts";
import type { Voice } from "./voice.ts";

export interface Ran {
  readonly status: number;
  readonly out: string;
  readonly error: string;
}

async function drain(reader: OpenFile, self: Process): Promise<string> {
  let text = "";
  for (let bytes = await reader.read(65_536, self.ended); bytes.length > 0; bytes = await reader.read(65_536, self.ended))
    text += decode(bytes);
  reader.release();
  return text;
}

/** Runs it to its end. A program that leaves a daemon behind closes these pipes in it, as daemons do. */
export async function runProgram(self: Process, argv: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<Ran> {
  const out = createPipe();
  const error = createPipe();
  const nothing = self.files.open("/dev/null", 0);
  const child = self.spawn({
    argv,
    env: { ...self.env, ...env },
    fds: new Map([
      [0, nothing],
      [1, out.writer],
      [2, error.writer],
    ]),
  });
  for (const file of [nothing, out.writer, error.writer]) file.release();
  const [outText, errorText, ended] = await Promise.all([drain(out.reader, self), drain(error.reader, self), self.wait(child.pid)]);
  return { status: ended?.status ?? 0, out: outText, error: errorText };
}

/** A hook: what it says is told under its name (certbot/compat/misc.py, execute_command_status). */
export async function runHook(voice: Voice, name: string, command: string, env: Readonly<Record<string, string>> = {}): Promise<Ran> {
  voice.log("INFO", `Running ${name} command: ${command}`);
  const ran = await runProgram(voice.self, ["/bin/sh", "-c", command], env);
  const indented = (text: string) => text.trim().replace(/^/gm, " ");
  if (ran.status !== 0) await voice.error(`Hook '${name}' reported error code ${ran.status}`);
  if (ran.out.trim() !== "") await voice.notify(`Hook '${name}' ran with output:\n${indented(ran.out)}`);
  if (ran.error.trim() !== "") await voice.error(`Hook '${name}' ran with error output:\n${indented(ran.error)}`);
  return ran;
}

/** Programs of /etc/letsencrypt/renewal-hooks/KIND, in order. */
export function hookFiles(voice: Voice, kind: "pre" | "deploy" | "post"): string[] {
  const { files } = voice.self;
  const folder = `${voice.settings.configuration}/renewal-hooks/${kind}`;
  if (!files.exists(folder)) return [];
  return files
    .readdir(folder)
    .map(({ name }) => `${folder}/${name}`)
    .filter((path) => !path.endsWith("~") && files.access(path, 1) && files.stat(path).kind === "file")
    .sort();
}
