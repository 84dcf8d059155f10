/** ssh-copy-id(1): puts a public key into authorized_keys on another machine, by way of ssh. */
import type { Process } from "../../kernel/types.ts";
import { Failure } from "../core/errors.ts";
import { program } from "../core/program.ts";
import { runSsh } from "./subprocess.ts";

const PROGRAM = "/usr/bin/ssh-copy-id";
/** What the script runs on the other machine (contrib/ssh-copy-id of OpenSSH): makes ~/.ssh for its owner only, and appends. */
const REMOTE = `exec sh -c 'cd ; umask 077 ; mkdir -p .ssh && { [ -z "$(tail -1c .ssh/authorized_keys 2>/dev/null)" ] || echo >> .ssh/authorized_keys || exit 1; } && cat >> .ssh/authorized_keys || exit 1'`;

export const sshCopyId = program({
  name: "ssh-copy-id",
  summary: "use locally available keys to authorise logins on a remote machine",
  section: "network",
  origin: "OpenSSH_9.2p1 Debian-2+deb12u10",
  synopsis: ["[-f] [-n] [-i [identity_file]] [-p port] [-o ssh_option] [user@]hostname"],
  options: [
    "-f  force: do not look whether the key is there already",
    "-i FILE  the public key (or the private one, whose .pub is taken)",
    "-n  dry run: show what would be installed",
    "-o OPTION  an option for ssh",
    "-p PORT  the port to connect to",
    "-F FILE  a configuration file for ssh",
  ],
  unmodeled: ["-s", "-t", "-x"],
  run: async (self, args) => {
    const [target] = args.operands;
    if (target === undefined || args.operands.length > 1) {
      await self.error(USAGE);
      return 1;
    }
    const path = publicKeyPath(self, args.get("i"));
    const key = self.files.readText(path).trim();
    const options = [
      ...(args.get("p") === undefined ? [] : ["-p", args.get("p") ?? ""]),
      ...(args.get("F") === undefined ? [] : ["-F", args.get("F") ?? ""]),
      ...args.all("o").flatMap((option) => ["-o", option]),
    ];
    await self.error(`${PROGRAM}: INFO: Source of key(s) to be installed: "${path}"\n`);
    if (!args.has("f")) {
      await self.error(`${PROGRAM}: INFO: attempting to log in with the new key(s), to filter out any that are already installed\n`);
      // It may ask whether the host is the right one, but for no password.
      const keyOnly = ["-o", "PasswordAuthentication=no", "-i", path.replace(/\.pub$/, "")];
      const tried = await runSsh(self, [...keyOnly, ...options, target, "exit"], { input: "", captureErrors: true });
      if (tried.status === 0) {
        await self.error(
          `\n${PROGRAM}: WARNING: All keys were skipped because they already exist on the remote system.\n\t\t(if you think this is a mistake, you may want to use -f option)\n\n`,
        );
        return 0;
      }
      if (!/Permission denied \(/.test(tried.errors)) {
        const lines = tried.errors.trim().split(/\r?\n/);
        await self.error(`\n${PROGRAM}: ERROR: ${lines.join("\nERROR: ")}\n\n`);
        return 1;
      }
      await self.error(`${PROGRAM}: INFO: 1 key(s) remain to be installed -- if you are prompted now it is to install the new keys\n`);
    }
    if (args.has("n")) {
      await self.print(`=-=-=-=-=-=-=-=\nWould have added the following key(s):\n\n${key}\n=-=-=-=-=-=-=-=\n`);
      return 0;
    }
    const done = await runSsh(self, [...options, target, REMOTE], { input: `${key}\n` });
    if (done.status !== 0) return 1;
    const shown = [...(args.get("p") === undefined ? [] : [`-p '${args.get("p")}'`]), `'${target}'`].join(" ");
    await self.print(
      `\nNumber of key(s) added: 1\n\nNow try logging into the machine, with:   "ssh ${shown}"\nand check to make sure that only the key(s) you wanted were added.\n\n`,
    );
    return 0;
  },
});

const USAGE = `Usage: ${PROGRAM} [-h|-?|-f|-n|-s] [-i [identity_file]] [-p port] [-F alternative ssh_config file] [[-o <ssh -o options>] ...] [user@]hostname
	-f: force mode -- copy keys without trying to check if they are already installed
	-n: dry run    -- no keys are actually copied
	-s: use sftp   -- use sftp instead of executing remote-commands. Can be useful if the remote only allows sftp
	-h|-?: print this help
`;

/** The newest key, or the one of -i. Throws Failure. */
function publicKeyPath(self: Process, given: string | undefined): string {
  if (given !== undefined) {
    const path = given.endsWith(".pub") ? given : `${given}.pub`;
    if (!self.files.exists(path)) throw new Failure(`ERROR: failed to open ID file '${path}': No such file`, 1);
    return path;
  }
  const folder = `${self.env.HOME ?? ""}/.ssh`;
  const found = self.files.exists(folder)
    ? self.files
        .readdir(folder)
        .filter(({ name }) => /^id.*\.pub$/.test(name))
        .map(({ name }) => `${folder}/${name}`)
        .sort((left, right) => self.files.stat(right).mtimeMs - self.files.stat(left).mtimeMs)
    : [];
  const [newest] = found;
  if (newest === undefined) throw new Failure("ERROR: No identities found", 1);
  return newest;
}
