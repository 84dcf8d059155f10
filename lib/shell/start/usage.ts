/** What bash says of its arguments: after a wrong one, and on --help. The options are those that it takes. */
const LONG = "help init-file login noediting noprofile norc posix rcfile verbose version".split(" ");

export function shellUsage(name: string): string {
  return [
    `Usage:\t${name} [GNU long option] [option] ...`,
    `\t${name} [GNU long option] [option] script-file ...`,
    "GNU long options:",
    ...LONG.map((option) => `\t--${option}`),
    "Shell options:",
    "\t-ilrsD or -c command or -O shopt_option\t\t(invocation only)",
    "\t-abefhkmnptuvxBCEHPT or -o option",
    "",
  ].join("\n");
}
