import { parse } from "unbash";
import { users } from "../expand/tilde.ts";
import type { Shell } from "../shell.ts";
import { Source } from "../source.ts";
import { NAME } from "../variables/scopes.ts";

/** The environment becomes exported variables; what every shell has is added (bash(1), Shell Variables). */
export function importEnvironment(shell: Shell, env: Readonly<Record<string, string>>): void {
  const { variables } = shell;
  for (const [name, value] of Object.entries(env)) {
    importFunction(shell, name, value);
    if (!NAME.test(name) || variables.dynamic.get(name)?.readonly || name === "SHELLOPTS" || name === "BASHOPTS") continue;
    variables.dynamic.delete(name === "HOSTNAME" ? name : "");
    variables.global(name).value = value;
    variables.global(name).exported = true;
  }
  const preset = (name: string, value: string, exported = false): void => {
    if (variables.find(name) !== undefined && variables.dynamic.get(name) === undefined) return;
    const variable = variables.global(name);
    variable.value = value;
    if (exported) variable.exported = true;
  };
  variables.global("IFS").value = " \t\n";
  variables.global("IFS").exported = false;
  preset("PATH", "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin");
  preset("PS4", "+ ");
  preset("OPTIND", "1");
  preset("OPTERR", "1");
  variables.global("OPTIND").value = "1";
  preset("TERM", "dumb");
  setWorkingDirectory(shell, env.PWD);
  const old = variables.global("OLDPWD");
  old.exported = true;
  const level = Number.parseInt(env.SHLVL ?? "0", 10);
  variables.global("SHLVL").value = String((Number.isNaN(level) ? 0 : level) + 1);
  variables.global("SHLVL").exported = true;
  preset("SHELL", users(shell.self.files).find((user) => user.uid === shell.self.credentials.uid)?.shell ?? "/bin/bash");
  shell.lastArgument = env._ ?? "";
}

/** `export -f`: the text of a function, in a variable whose name no script can use. */
function importFunction(shell: Shell, name: string, value: string): void {
  const functionName = /^BASH_FUNC_(.+)%%$/.exec(name)?.[1];
  if (functionName === undefined || !value.startsWith("() {")) return;
  const source = new Source(`${functionName} ${value}`, "environment");
  const command = parse(source.text).commands[0]?.command;
  if (command?.type !== "Function") return;
  shell.functions.set(functionName, { name: functionName, body: command.body, source, node: command, exported: true });
}

/** PWD is believed when it names the directory that we are in. */
function setWorkingDirectory(shell: Shell, claimed: string | undefined): void {
  const { files } = shell.self;
  let path = files.cwd;
  if (claimed?.startsWith("/")) {
    try {
      if (files.stat(claimed).ino === files.stat(".").ino) path = claimed;
    } catch {
      // Not there: the real one.
    }
  }
  const variable = shell.variables.global("PWD");
  variable.value = path;
  variable.exported = true;
}
