/** The executables and settings of a machine with Python: laid out as a build from python.org's sources with its default prefix. */

import { executableBytes } from "../../kernel/executable.ts";
import type { Executable, Files } from "../../kernel/types.ts";
import { WHEELS } from "./wheels.ts";

export const LIBRARY = "/usr/local/lib/python3.14";
const BIN = "/usr/local/bin";
const SITE = `${LIBRARY}/site-packages`;

/** Debian's group `staff` may write below /usr/local (and the learner is in it), so that pip needs no root. */
export const SITE_GROUP = { uid: 0, gid: 50 } as const;

/** The program behind the executable file, for the kernel's table. */
export const pythonExecutable: Executable = { kind: "worker", name: "python3", engine: "python" };

const pipScript = `#!${BIN}/python3.14
import sys
from pip._internal.cli.main import main
if __name__ == '__main__':
    sys.argv[0] = sys.argv[0].removesuffix('.exe')
    sys.exit(main())
`;

/**
 * Packages come from the machine's own folder; bytecode is in them already; there is no newer pip to look for. A negative option is switched
 * on by "false" (https://pip.pypa.io/en/stable/topics/configuration/#boolean-options).
 */
const pipSettings = `[global]
no-index = true
find-links = ${WHEELS}
disable-pip-version-check = true
no-compile = false
no-cache-dir = true
progress-bar = off
root-user-action = ignore
`;

export function installExecutables(files: Files): void {
  for (const folder of [BIN, LIBRARY, SITE, "/usr/local/share", "/usr/local/share/man"]) {
    files.mkdir(folder, { recursive: true });
    files.chown(folder, SITE_GROUP.uid, SITE_GROUP.gid);
    files.chmod(folder, 0o2775);
  }
  const put = (path: string, bytes: Uint8Array | string, mode: number) => {
    files.writeFile(path, bytes);
    files.chmod(path, mode);
  };
  put(`${BIN}/python3.14`, executableBytes(pythonExecutable.name), 0o755);
  files.mkdir("/usr/bin", { recursive: true });
  for (const name of ["python3", "python"]) files.symlink("python3.14", `${BIN}/${name}`);
  for (const name of ["python3", "python", "python3.14"]) files.symlink(`${BIN}/python3.14`, `/usr/bin/${name}`);
  for (const name of ["pip", "pip3", "pip3.14"]) put(`${BIN}/${name}`, pipScript, 0o775);
  put("/etc/pip.conf", pipSettings, 0o644);
}
