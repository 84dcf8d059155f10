/** git-upload-pack(1) and git-receive-pack(1) as programs: what ssh starts on the other side. */
import type { Git } from "../context.ts";
import { Fatal, Quit } from "../errors.ts";
import { discover } from "../repository/discover.ts";
import { Repository } from "../repository/repository.ts";
import { PacketReader } from "../transport/packets.ts";
import { serveReceive } from "../transport/receive-pack.ts";
import { advertise, serveFetch } from "../transport/upload-pack.ts";
import type { Command } from "./command.ts";

/** The repository at a path as those programs look for it: `path`, `path/.git`, `path.git`. Throws Fatal. */
export function openAt(git: Git, given: string): Repository {
  const { files } = git;
  const path = given.replace(/^~(?=\/|$)/, git.env.HOME ?? "~");
  for (const candidate of [`${path}/.git`, path, `${path}.git/.git`, `${path}.git`]) {
    if (!files.exists(candidate)) continue;
    if (files.stat(candidate).kind === "directory" && !files.exists(`${candidate}/HEAD`)) continue;
    const folder = files.realpath(candidate);
    const start = folder.endsWith("/.git") ? folder.slice(0, -5) : folder;
    files.chdir(start);
    const place = discover({ files, uid: git.self.credentials.uid, env: { ...git.env, GIT_DIR: "" }, given: git.given });
    if (place) return new Repository(files, place, { env: git.env, given: git.given });
  }
  throw new Fatal(`'${given}' does not appear to be a git repository`);
}

async function serve(git: Git, argv: readonly string[], service: "upload-pack" | "receive-pack"): Promise<number> {
  const path = argv.filter((word) => !word.startsWith("-")).at(-1);
  if (path === undefined)
    throw new Quit(`usage: git ${service} ${service === "receive-pack" ? "<git-dir>" : "[<options>] <dir>"}\n\n`, 129);
  const repository = openAt(git, path);
  delete git.env.GIT_DIR;
  git.setRepository(repository);
  const write = (bytes: Uint8Array) => git.self.write(1, bytes);
  const input = git.self.fds.get(0);
  const stateless = argv.includes("--stateless-rpc") || argv.includes("--http-backend-info-refs");
  const onlyNames = argv.includes("--advertise-refs") || argv.includes("--http-backend-info-refs");
  if (!stateless || onlyNames) await advertise(repository, service, write);
  if (onlyNames || !input) return 0;
  const reader = PacketReader.of(git.self, input);
  if (service === "upload-pack") await serveFetch(git, repository, reader, write, stateless);
  else await serveReceive(git, repository, reader, write);
  return 0;
}

export const uploadPack: Command = {
  name: "upload-pack",
  summary: "Send objects packed back to git-fetch-pack",
  run: (git, argv) => serve(git, argv, "upload-pack"),
};
export const receivePack: Command = {
  name: "receive-pack",
  summary: "Receive what is pushed into the repository",
  run: (git, argv) => serve(git, argv, "receive-pack"),
};
