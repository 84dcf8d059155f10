/** Names and passwords for a site over HTTP: from its address, from helpers, or asked for (gitcredentials(7), git-credential-store(1)). */
import { createPipe } from "../../../kernel/pipe.ts";
import type { OpenFile } from "../../../kernel/types.ts";
import { codeOf } from "../../core/errors.ts";
import { concat, decode, encode } from "../../core/io.ts";
import { ask } from "../../ssh/prompt.ts";
import type { Git } from "../context.ts";
import { Fatal } from "../errors.ts";

export interface Credential {
  readonly protocol: string;
  readonly host: string;
  readonly username?: string;
  readonly password?: string;
}

/** The address without who asks, and who asks. */
export function splitAddress(url: string): { url: string; credential: Credential } {
  const found = /^(https?):\/\/(?:([^/@]*)@)?([^/]*)(.*)$/s.exec(url);
  const [, protocol = "https", user, host = "", rest = ""] = found ?? [];
  const colon = user?.indexOf(":") ?? -1;
  const username = user === undefined || user === "" ? undefined : decodeURIComponent(colon < 0 ? user : user.slice(0, colon));
  const password = user === undefined || colon < 0 ? undefined : decodeURIComponent(user.slice(colon + 1));
  return { url: `${protocol}://${host}${rest}`, credential: { protocol, host, username, password } };
}

/** Fills in what is missing. Throws Fatal when nobody can be asked. */
export async function fillCredential(git: Git, given: Credential): Promise<Required<Credential>> {
  let known = given;
  for (const helper of helpers(git, known)) {
    const found = await runHelper(git, helper, "get", known);
    known = { ...known, username: known.username ?? found.username, password: known.password ?? found.password };
    if (known.username !== undefined && known.password !== undefined) break;
  }
  const { protocol, host } = known;
  const username =
    known.username ?? (await question(git, `Username for '${protocol}://${host}': `, "Username", `${protocol}://${host}`, true));
  const address = `${protocol}://${encodeURIComponent(username)}@${host}`;
  const password = known.password ?? (await question(git, `Password for '${address}': `, "Password", address, false));
  return { protocol, host, username, password };
}

/** It was right: helpers may keep it. */
export async function approveCredential(git: Git, credential: Credential): Promise<void> {
  for (const helper of helpers(git, credential)) await runHelper(git, helper, "store", credential);
}

/** It was wrong: helpers forget it. */
export async function rejectCredential(git: Git, credential: Credential): Promise<void> {
  for (const helper of helpers(git, credential)) await runHelper(git, helper, "erase", credential);
}

async function question(git: Git, prompt: string, what: string, address: string, echo: boolean): Promise<string> {
  const program = git.env.GIT_ASKPASS ?? git.config.get("core.askPass") ?? git.env.SSH_ASKPASS;
  if (program !== undefined && program !== "") {
    const answer = await capture(git, ["sh", "-c", `${program} "$@"`, program, prompt], "");
    if (answer !== undefined) return answer.replace(/\n.*$/s, "");
  }
  if (/^(0|false|no|off)$/i.test(git.env.GIT_TERMINAL_PROMPT ?? ""))
    throw new Fatal(`could not read ${what} for '${address}': terminal prompts disabled`);
  await git.flush();
  const answer = await ask(git.self, prompt, { echo });
  if (answer === undefined) throw new Fatal(`could not read ${what} for '${address}': No such device or address`);
  return answer;
}

/** Helpers of the settings, those of `credential.<address>.helper` too; an empty one forgets those before it. */
function helpers(git: Git, { protocol, host }: Credential): string[] {
  let found: string[] = [];
  for (const name of ["credential.helper", `credential.${protocol}://${host}.helper`])
    for (const value of git.config.all(name)) found = value === "" ? [] : [...found, value];
  return found;
}

async function runHelper(
  git: Git,
  helper: string,
  action: "get" | "store" | "erase",
  credential: Credential,
): Promise<Partial<Credential>> {
  const [name = "", ...args] = helper.split(/\s+/);
  if (name === "store") return storeHelper(git, args, action, credential);
  if (name === "cache")
    throw new Fatal(
      "the credential helper 'cache' is real, but this machine does not model it; 'store' is modeled; see /reference/machine",
    );
  const lines = Object.entries(credential).map(([key, value]) => `${key}=${value}\n`);
  const command = helper.startsWith("!") ? helper.slice(1) : helper.startsWith("/") ? helper : `git credential-${helper}`;
  const answer = await capture(git, ["sh", "-c", `${command} ${action}`], lines.filter((line) => !line.endsWith("=undefined\n")).join(""));
  const pairs = (answer ?? "").split("\n").map((line) => [line.slice(0, line.indexOf("=")), line.slice(line.indexOf("=") + 1)]);
  const { username, password } = Object.fromEntries(pairs);
  return { username, password };
}

/** git-credential-store(1): one address a line, in the clear. */
function storeHelper(git: Git, args: readonly string[], action: "get" | "store" | "erase", credential: Credential): Partial<Credential> {
  const { files } = git;
  const given = args.find((arg) => arg.startsWith("--file="))?.slice(7) ?? (args[0] === "--file" ? args[1] : undefined);
  const path = given?.replace(/^~(?=\/)/, git.env.HOME ?? "~") ?? `${git.env.HOME ?? ""}/.git-credentials`;
  let text = "";
  try {
    text = files.readText(path);
  } catch (error) {
    if (codeOf(error) === undefined) throw error;
  }
  const lines = text.split("\n").filter((line) => line !== "");
  const matches = (line: string) => {
    const known = splitAddress(line).credential;
    const sameUser = credential.username === undefined || known.username === credential.username;
    return known.protocol === credential.protocol && known.host === credential.host && sameUser;
  };
  if (action === "get") {
    const line = lines.find(matches);
    return line === undefined ? {} : splitAddress(line).credential;
  }
  const { protocol, host, username, password } = credential;
  const others = lines.filter((line) => !matches(line));
  if (action === "erase" && others.length === lines.length) return {};
  if (action === "store" && (username === undefined || password === undefined)) return {};
  const own =
    action === "store" ? [`${protocol}://${encodeURIComponent(username ?? "")}:${encodeURIComponent(password ?? "")}@${host}`] : [];
  files.writeFile(path, [...own, ...others].map((line) => `${line}\n`).join(""), { mode: 0o600 });
  files.chmod(path, 0o600);
  return {};
}

/** What a program prints; undefined when it fails. */
async function capture(git: Git, argv: readonly string[], input: string): Promise<string | undefined> {
  await git.flush();
  const stdin = createPipe();
  const stdout = createPipe();
  const stderr = git.self.fds.get(2);
  const fds = new Map<number, OpenFile>([
    [0, stdin.reader],
    [1, stdout.writer],
  ]);
  if (stderr) fds.set(2, stderr);
  const child = git.self.spawn({ argv, path: "/bin/sh", env: git.env, fds });
  stdin.reader.release();
  stdout.writer.release();
  const sending = stdin.writer.write(encode(input), git.self.ended).catch(() => undefined);
  void sending.then(() => stdin.writer.release());
  const parts: Uint8Array[] = [];
  for (
    let bytes = await stdout.reader.read(65_536, git.self.ended);
    bytes.length > 0;
    bytes = await stdout.reader.read(65_536, git.self.ended)
  )
    parts.push(bytes);
  stdout.reader.release();
  return (await git.self.wait(child.pid))?.status === 0 ? decode(concat(parts)) : undefined;
}
