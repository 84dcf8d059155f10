/** What the site does around a push: git's own programs take it, then the default branch is chosen and webhooks are told. */

import type { KernelMachine } from "../../../kernel/machine.ts";
import { createPipe } from "../../../kernel/pipe.ts";
import type { Machine, OpenFile, Process } from "../../../kernel/types.ts";
import { concat } from "../../../programs/core/io.ts";
import { nameOf, type Visitor } from "./access.ts";
import { GIT } from "./layout.ts";
import { adoptFirstBranch, openRepository, type Refs, refsOf, repositoryPath } from "./repositories.ts";
import { pushEvents } from "./webhooks.ts";

export type Service = "upload-pack" | "receive-pack";

const ENVIRONMENT = { HOME: GIT.home, PATH: "/usr/bin", LANG: "C.UTF-8" };

/** Runs a push (or another change of names) and tells of it what has changed. */
export async function watchingRefs<Result>(
  machine: Machine,
  name: string,
  visitor: Visitor,
  change: () => Promise<Result>,
): Promise<Result> {
  const before: Refs = refsOf(openRepository(machine, name));
  const result = await change();
  const repository = openRepository(machine, name);
  adoptFirstBranch(repository);
  pushEvents(machine, name, nameOf(visitor), before, refsOf(repository));
  return result;
}

/** The service for one request of smart HTTP (gitprotocol-http(5)): what git's program answers to `input`. */
export async function statelessService(
  machine: KernelMachine,
  name: string,
  service: Service,
  options: readonly string[],
  input: Uint8Array,
): Promise<Uint8Array> {
  const stdin = createPipe();
  const stdout = createPipe();
  const nothing = machine.files.open("/dev/null", 2);
  const child = machine.spawn({
    argv: ["git", service, "--stateless-rpc", ...options, repositoryPath(name)],
    path: "/usr/bin/git",
    env: ENVIRONMENT,
    cwd: "/",
    credentials: GIT,
    fds: new Map<number, OpenFile>([
      [0, stdin.reader],
      [1, stdout.writer],
      [2, nothing],
    ]),
  });
  for (const file of [stdin.reader, stdout.writer, nothing]) file.release();
  // It may end without having read everything.
  const sending = stdin.writer.write(input, child.ended).catch(() => undefined);
  void sending.then(() => stdin.writer.release());
  const parts: Uint8Array[] = [];
  for (let bytes = await stdout.reader.read(65_536); bytes.length > 0; bytes = await stdout.reader.read(65_536)) parts.push(bytes);
  stdout.reader.release();
  return concat(parts);
}

/** The same in a process of ssh, with its descriptors. */
export async function sessionService(self: Process, name: string, service: Service): Promise<number> {
  const child = self.spawn({ argv: ["git", service, repositoryPath(name)], path: "/usr/bin/git", env: { ...ENVIRONMENT }, cwd: "/" });
  return (await self.wait(child.pid))?.status ?? 1;
}
