/** Ways to prove that one commands a name: certbot's authenticators. */
import { KernelError } from "../../kernel/errno.ts";
import type { Process } from "../../kernel/types.ts";
import { sha256 } from "../core/hash.ts";
import { decode, encode } from "../core/io.ts";
import { base64Url } from "../tls/pem.ts";
import type { NginxPlugin } from "./nginx-plugin.ts";
import { runHook } from "./run-command.ts";
import { CertbotError, FRAME, type Voice } from "./voice.ts";

export interface Task {
  readonly name: string;
  readonly type: "http-01" | "dns-01";
  readonly token: string;
  readonly keyAuthorization: string;
}

/** Undoes what was set up. */
export type CleanUp = () => Promise<void>;

export interface Authenticator {
  readonly name: string;
  /** Kinds of challenges, the preferred first. */
  readonly types: readonly Task["type"][];
  /** What to try when it fails. */
  readonly hint: string;
  perform(tasks: readonly Task[]): Promise<CleanUp>;
}

const CHALLENGES = ".well-known/acme-challenge";

export function webroot({ self }: Voice, folders: ReadonlyMap<string, string>): Authenticator {
  return {
    name: "webroot",
    types: ["http-01"],
    hint: "The Certificate Authority failed to download the temporary challenge files created by Certbot. Ensure that the listed domains serve their content from the provided --webroot-path/-w and that files created there can be downloaded from the internet.",
    perform: async (tasks) => {
      const written: string[] = [];
      for (const { name, token, keyAuthorization } of tasks) {
        const folder = folders.get(name) ?? [...folders.values()].at(-1);
        if (folder === undefined)
          throw new CertbotError(
            `Missing parts of webroot configuration; please set either --webroot-path and --domains, or --webroot-map. Run with --help webroot for examples.`,
          );
        if (!self.files.exists(folder) || self.files.stat(folder).kind !== "directory")
          throw new CertbotError(`${folder} does not exist or is not a directory`);
        self.files.mkdir(`${folder}/${CHALLENGES}`, { recursive: true, mode: 0o755 });
        const path = `${folder}/${CHALLENGES}/${token}`;
        self.files.writeFile(path, keyAuthorization, { mode: 0o644 });
        self.files.chmod(path, 0o644);
        written.push(path);
      }
      return async () => {
        for (const path of written) {
          if (self.files.exists(path)) self.files.unlink(path);
          for (let folder = path; folder.includes(".well-known/"); ) {
            folder = folder.slice(0, folder.lastIndexOf("/"));
            if (self.files.exists(folder) && self.files.readdir(folder).length === 0) self.files.rmdir(folder);
          }
        }
      };
    },
  };
}

export function standalone({ self }: Voice): Authenticator {
  return {
    name: "standalone",
    types: ["http-01"],
    hint: "The Certificate Authority failed to download the challenge files from the temporary standalone webserver started by Certbot on port 80. Ensure that the listed domains point to this machine and that it can accept inbound connections from the internet.",
    perform: async (tasks) => {
      const listener = self.machine.network.socket();
      try {
        listener.bind("0.0.0.0", 80, self.credentials);
        listener.listenerPid = self.pid;
        listener.listen(32);
      } catch (error) {
        listener.release();
        if (!(error instanceof KernelError)) throw error;
        if (error.code === "EACCES")
          throw new CertbotError(
            `Could not bind TCP port 80 because you don't have the appropriate permissions (for example, you aren't running this program as root).`,
          );
        if (error.code !== "EADDRINUSE") throw error;
        throw new CertbotError(
          "Could not bind TCP port 80 because it is already in use by another process on this system (such as a web server). Please stop the program in question and then try again.",
        );
      }
      const stopping = new AbortController();
      const answers = new Map(tasks.map(({ token, keyAuthorization }) => [`/${CHALLENGES}/${token}`, keyAuthorization]));
      void serve(self, listener, answers, stopping.signal);
      return async () => {
        stopping.abort(new Error("done"));
        listener.release();
      };
    },
  };
}

async function serve(
  self: Process,
  listener: ReturnType<Process["machine"]["network"]["socket"]>,
  answers: ReadonlyMap<string, string>,
  signal: AbortSignal,
): Promise<void> {
  try {
    for (;;) {
      const socket = await listener.accept(signal);
      void (async () => {
        const path = decode(await socket.read(65_536, self.ended)).split(" ")[1] ?? "";
        const answer = answers.get(path);
        const body = answer ?? "ACME client standalone challenge solver";
        const status = answer === undefined && path !== "/" ? "404 Not Found" : "200 OK";
        await socket.write(
          encode(`HTTP/1.1 ${status}\r\nContent-Type: text/plain\r\nContent-Length: ${body.length}\r\nConnection: close\r\n\r\n${body}`),
        );
      })()
        .catch(() => undefined)
        .finally(() => socket.release());
    }
  } catch {
    // The challenges are over.
  }
}

/** By hand, or by hooks that do it. */
export function manual(voice: Voice, preferred: string | undefined): Authenticator {
  const hook = voice.settings.get("manual_auth_hook");
  const cleanUp = voice.settings.get("manual_cleanup_hook");
  const byDns = preferred?.split(",")[0]?.trim().startsWith("dns") === true;
  return {
    name: "manual",
    types: byDns ? ["dns-01"] : ["http-01", "dns-01"],
    hint:
      hook === undefined
        ? `The Certificate Authority failed to verify the manually created ${byDns ? "DNS TXT records. Ensure that you created these in the correct location, or try waiting longer for DNS propagation on the next attempt." : "challenge files. Ensure that you created these in the correct location."}`
        : "The Certificate Authority failed to verify the challenges that --manual-auth-hook set up. Ensure that this hook is functioning correctly and that it waits a sufficient duration of time for DNS propagation.",
    perform: async (tasks) => {
      const outputs = new Map<Task, string>();
      for (const [index, task] of tasks.entries()) {
        if (hook === undefined) await instruct(voice, task, index);
        else outputs.set(task, (await runHook(voice, "--manual-auth-hook", hook, environment(task, tasks, index))).out.trim());
      }
      return async () => {
        if (cleanUp === undefined) return;
        for (const [index, task] of tasks.entries())
          await runHook(voice, "--manual-cleanup-hook", cleanUp, {
            ...environment(task, tasks, index),
            CERTBOT_AUTH_OUTPUT: outputs.get(task) ?? "",
          });
      };
    },
  };
}

/** What a TXT record must hold (RFC 8555 8.4). */
export function dnsValue(keyAuthorization: string): string {
  const hex = sha256(encode(keyAuthorization));
  return base64Url(Uint8Array.from(hex.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16)));
}

function environment(task: Task, tasks: readonly Task[], index: number): Record<string, string> {
  const byDns = task.type === "dns-01";
  return {
    CERTBOT_DOMAIN: task.name,
    CERTBOT_VALIDATION: byDns ? dnsValue(task.keyAuthorization) : task.keyAuthorization,
    CERTBOT_ALL_DOMAINS: tasks.map(({ name }) => name).join(","),
    CERTBOT_REMAINING_CHALLENGES: String(tasks.length - index - 1),
    ...(byDns ? {} : { CERTBOT_TOKEN: task.token }),
  };
}

async function instruct(voice: Voice, { name, type, token, keyAuthorization }: Task, index: number): Promise<void> {
  const more =
    index === 0
      ? ""
      : "\n(This must be set up in addition to the previous challenges; do not remove,\nreplace, or undo the previous challenge tasks yet.)\n";
  const text =
    type === "dns-01"
      ? `Please deploy a DNS TXT record under the name:\n\n_acme-challenge.${name}.\n\nwith the following value:\n\n${dnsValue(keyAuthorization)}\n${more}\nBefore continuing, verify the TXT record has been deployed. Depending on the DNS\nprovider, this may take some time, from a few seconds to multiple minutes.\n`
      : `Create a file containing just this data:\n\n${keyAuthorization}\n\nAnd make it available on your web server at this URL:\n\nhttp://${name}/${CHALLENGES}/${token}\n${more}`;
  if (!voice.canAsk)
    throw new CertbotError(
      "An authentication script must be provided with --manual-auth-hook when using the manual plugin non-interactively.",
    );
  await voice.self.print(`\n${FRAME}\n${text}\n${FRAME}\n`);
  await voice.ask("Press Enter to Continue", "--manual-auth-hook");
}

export function nginx(plugin: NginxPlugin): Authenticator {
  return {
    name: "nginx",
    types: ["http-01"],
    hint: "The Certificate Authority failed to verify the temporary nginx configuration changes made by Certbot. Ensure the listed domains point to this nginx server and that it is accessible from the internet.",
    perform: (tasks) => plugin.perform(tasks.map(({ name, token, keyAuthorization }) => ({ name, token, answer: keyAuthorization }))),
  };
}
