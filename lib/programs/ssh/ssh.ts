/** ssh(1): a shell or a command on another machine. */
import { O, type Process } from "../../kernel/types.ts";
import { Failure } from "../core/errors.ts";
import { program } from "../core/program.ts";
import { userName } from "../core/users.ts";
import { connectTo, type Debug } from "./client.ts";
import { forwardPorts, parseForward } from "./client-forward.ts";
import { runClientSession } from "./client-session.ts";
import { ClientOptions, type ClientSettings } from "./client-settings.ts";
import { SOFTWARE } from "./connection.ts";
import { SshFailure } from "./failure.ts";

const USAGE = `usage: ssh [-46AaCfGgKkMNnqsTtVvXxYy] [-B bind_interface]
           [-b bind_address] [-c cipher_spec] [-D [bind_address:]port]
           [-E log_file] [-e escape_char] [-F configfile] [-I pkcs11]
           [-i identity_file] [-J [user@]host[:port]] [-L address]
           [-l login_name] [-m mac_spec] [-O ctl_cmd] [-o option] [-p port]
           [-Q query_option] [-R address] [-S ctl_path] [-W host:port]
           [-w local_tun[:remote_tun]] destination [command [argument ...]]
`;

const WITH_ARGUMENT = "BbcDEeFIiJLlmOopQRSWw";
const WITHOUT = "46AaCfGgKkMNnqsTtVvXxYy";
const UNMODELED = new Set([..."BDEIJOQRSWwfGgKkMsXY"]);

interface CommandLine {
  readonly destination: string;
  readonly command: readonly string[];
  readonly flags: ReadonlySet<string>;
  /** How often each letter was given. */
  readonly count: (letter: string) => number;
  readonly values: readonly { readonly letter: string; readonly value: string }[];
}

class Usage extends Error {}

/** Options may come before the destination and behind it, until the command begins (ssh.c). */
function parse(argv: readonly string[]): CommandLine {
  const values: { letter: string; value: string }[] = [];
  const flags: string[] = [];
  let destination: string | undefined;
  let at = 0;
  for (; at < argv.length; at++) {
    const word = argv[at] ?? "";
    if (word === "--") {
      at++;
      destination ??= argv[at++];
      break;
    }
    if (!word.startsWith("-") || word === "-") {
      if (destination !== undefined) break;
      destination = word;
      continue;
    }
    for (let index = 1; index < word.length; index++) {
      const letter = word[index] ?? "";
      if (UNMODELED.has(letter))
        throw new Failure(`option '-${letter}' is real, but this machine does not model it; see /reference/machine`, 255);
      if (WITH_ARGUMENT.includes(letter)) {
        const value = word.slice(index + 1) || argv[++at];
        if (value === undefined) throw new Usage(`option requires an argument -- ${letter}\n`);
        values.push({ letter, value });
        break;
      }
      if (!WITHOUT.includes(letter)) throw new Usage(`unknown option -- ${letter}\n`);
      flags.push(letter);
    }
  }
  if (flags.includes("V")) destination ??= "";
  if (destination === undefined) throw new Usage("");
  const count = (letter: string) => flags.filter((each) => each === letter).length;
  return { destination, command: argv.slice(at), flags: new Set(flags), count, values };
}

/** `user@host`, or `ssh://user@host:port`. */
function splitDestination(text: string): { user: string | undefined; host: string; port: string | undefined } {
  const url = /^ssh:\/\/(?:([^@/]+)@)?([^:/]+)(?::(\d+))?\/?$/.exec(text);
  if (url !== null) return { user: url[1], host: url[2] ?? "", port: url[3] };
  const at = text.lastIndexOf("@");
  return { user: at < 0 ? undefined : text.slice(0, at), host: text.slice(at + 1), port: undefined };
}

const KEY_OF_LETTER: Readonly<Record<string, string>> = { i: "identityfile", l: "user", p: "port", L: "localforward" };

async function settingsOf(self: Process, line: CommandLine): Promise<{ host: string; settings: ClientSettings }> {
  const { user, host, port } = splitDestination(line.destination);
  const me = userName(self.machine.files, self.credentials.uid);
  const home = self.env.HOME ?? "/";
  const options = new ClientOptions(self, home);
  let config: string | undefined;
  for (const { letter, value } of line.values) {
    const key = KEY_OF_LETTER[letter];
    if (letter === "F") config = value;
    else if (letter === "i" && !self.files.exists(value))
      await self.error(`Warning: Identity file ${value} not accessible: No such file or directory.\n`);
    else if (key !== undefined) options.give({ key, value });
    else if (letter === "o") {
      const [, name = "", rest = ""] = /^\s*(\w+)(?:\s*=\s*|\s+)(.*)$/.exec(value) ?? [];
      if (name === "") throw new Failure(`command-line line 0: missing argument.`, 255);
      options.give({ key: name.toLowerCase(), value: rest });
    }
  }
  if (user !== undefined) options.give({ key: "user", value: user });
  if (port !== undefined) options.give({ key: "port", value: port });
  options.readFiles(host, config);
  return { host, settings: { ...options.settle(host, me), quiet: line.flags.has("q") } };
}

export const ssh = program({
  name: "ssh",
  summary: "OpenSSH remote login client",
  section: "network",
  origin: "OpenSSH_9.2p1 Debian-2+deb12u10",
  ownParsing: "all",
  synopsis: [
    "[-46AaCNnqTtVvx] [-F configfile] [-i identity_file] [-L address] [-l login_name] [-o option] [-p port] destination [command]",
  ],
  options: [
    "-F FILE  the configuration file instead of ~/.ssh/config",
    "-i FILE  the private key to log in with",
    "-L ADDRESS  forward a local port: [bind_address:]port:host:hostport",
    "-l NAME  the user to log in as",
    "-N  no remote command: only forward ports",
    "-n  read nothing from standard input",
    "-o OPTION  an option as in the configuration file",
    "-p PORT  the port to connect to",
    "-q  quiet",
    "-T  no terminal",
    "-t  a terminal for the command; twice: even without one here",
    "-V  the version",
    "-v  tell what happens",
  ],
  unmodeled: [..."BDEIJOQRSWwfGgKkMsXY"].map((letter) => `-${letter}`),
  limits:
    "What travels is not encrypted, though keys and signatures are real. Keys with a passphrase, agents, jumping over hosts, X11, and forwarding other than -L are not modeled.",
  run: async (self, args) => {
    try {
      const line = parse(args.raw);
      if (line.flags.has("V")) {
        await self.error(`${SOFTWARE}, OpenSSL 3.0.19 27 Jan 2026\n`);
        return 0;
      }
      return await run(self, line);
    } catch (error) {
      if (error instanceof Usage) await self.error(`${error.message}${USAGE}`);
      else if (error instanceof SshFailure) {
        if (error.message !== "") await self.error(`${error.message}\r\n`);
      } else if (error instanceof Failure) await self.error(`${error.message}\r\n`);
      else throw error;
      return 255;
    }
  },
});

async function run(self: Process, line: CommandLine): Promise<number> {
  const verbose = line.flags.has("v");
  const debug: Debug = async (text) => {
    if (verbose) await self.error(`debug1: ${text}\r\n`);
  };
  if (verbose) await self.error(`${SOFTWARE}, OpenSSL 3.0.19 27 Jan 2026\r\n`);
  const { host, settings } = await settingsOf(self, line);
  const command = line.command.length > 0 ? line.command.join(" ") : settings.remoteCommand;
  // ssh -t wants a terminal for a command; twice, or "force", also when there is none here.
  const local = self.fds.get(0)?.tty;
  const forced = line.count("t") > 1 || settings.requestTty === "force";
  const wanted = forced || line.flags.has("t") || settings.requestTty === "yes" || (command === undefined && !line.flags.has("N"));
  const denied = line.flags.has("T") || settings.requestTty === "no";
  if (wanted && !denied && local === undefined && !forced && (command === undefined || line.flags.has("t")))
    await self.error("Pseudo-terminal will not be allocated because stdin is not a terminal.\r\n");
  const forwards = settings.localForwards.map(parseForward);
  const { connection } = await connectTo(self, host, settings, debug);
  try {
    if (forwards.length > 0) await forwardPorts(self, host, settings, forwards, debug);
    if (line.flags.has("N")) return await waitForEnd(connection);
    await debug("Entering interactive session.");
    if (command !== undefined) await debug(`Sending command: ${command}`);
    const tty = wanted && !denied ? local : undefined;
    if (line.flags.has("n")) readNothing(self);
    const status = await runClientSession(self, connection, {
      host: settings.hostName,
      command,
      tty,
      noInput: line.flags.has("n"),
      quiet: settings.quiet,
    });
    await debug(`Exit status ${status === 255 ? -1 : status}`);
    return status;
  } finally {
    connection.close();
  }
}

function readNothing(self: Process): void {
  const nothing = self.files.open("/dev/null", O.RDONLY);
  self.fds.set(0, nothing);
  nothing.release();
}

/** With -N nothing is asked of the server: the connection only stands. */
async function waitForEnd(connection: { receive: () => Promise<unknown> }): Promise<number> {
  while ((await connection.receive()) !== undefined);
  return 255;
}
