/** What an ssh key of the site runs instead of a shell: git's two services, and a greeting for everything else. */
import type { Process } from "../../../kernel/types.ts";
import { splitWords } from "../../../programs/git/words.ts";
import { mayRead, mayWrite, nameOf, visitorWith } from "./access.ts";
import { HOSTING } from "./names.ts";
import { type Service, sessionService, watchingRefs } from "./receive.ts";
import { readState, recordOf } from "./state.ts";

/** The program; its argument is the number of the key that has let its owner in. */
export async function hostingShell(self: Process): Promise<number> {
  const { machine } = self;
  const state = readState(machine);
  const key = state.keys.find(({ id }) => String(id) === self.argv[1]);
  if (key === undefined) {
    await self.error("ERROR: The key you are authenticating with is no longer known.\n");
    return 1;
  }
  const visitor = visitorWith(key);
  const asked = self.env.SSH_ORIGINAL_COMMAND;
  if (asked === undefined) {
    await self.error(`Hi ${nameOf(visitor)}! You've successfully authenticated, but ${HOSTING} does not provide shell access.\n`);
    return 1;
  }
  const words = splitWords(asked) ?? [];
  const [first = "", ...rest] = words[0] === "git" ? [`git-${words[1]}`, ...words.slice(2)] : words;
  const service = first === "git-upload-pack" || first === "git-receive-pack" ? first.slice(4) : undefined;
  const path = rest.at(-1);
  if (service === undefined || path === undefined) {
    await self.error(
      `Invalid command: '${asked}'\n  ${HOSTING} answers git clone, git fetch and git push over ssh, and runs nothing else.\n`,
    );
    return 1;
  }
  return serve(self, asService(service), path);

  async function serve(process: Process, wanted: Service, given: string): Promise<number> {
    const name = given
      .replace(/^\/+/, "")
      .replace(/\/+$/, "")
      .replace(/\.git$/, "");
    const record = recordOf(state, name);
    if (record === undefined || !mayRead(visitor, record)) {
      await process.error("ERROR: Repository not found.\n");
      return 1;
    }
    if (wanted === "upload-pack") return sessionService(process, record.name, wanted);
    if (!mayWrite(visitor, record)) {
      const why =
        visitor.kind === "deploy-key"
          ? "The key you are authenticating with has been marked as read only."
          : `Permission to ${record.name}.git denied to ${nameOf(visitor)}.`;
      await process.error(`ERROR: ${why}\n`);
      return 1;
    }
    return watchingRefs(machine, record.name, visitor, () => sessionService(process, record.name, wanted));
  }
}

function asService(text: string): Service {
  return text === "receive-pack" ? "receive-pack" : "upload-pack";
}
