/** nginx(8) in the table of programs; what it does is loaded when it is first run. */
import { program } from "../core/program.ts";
import { unmodeledDirectives } from "./config/unmodeled.ts";

export const nginx = program({
  name: "nginx",
  summary: "web server and reverse proxy",
  section: "network",
  origin: "nginx/1.22.1",
  synopsis: ["[-?hvVtTq] [-s signal] [-p prefix] [-e filename] [-c filename] [-g directives]"],
  options: [
    "-t  check the configuration and end",
    "-T  check it, and show it",
    "-q  say nothing of a right configuration",
    "-s SIGNAL  tell the master process: stop, quit, reopen, reload",
    "-p PREFIX  where relative paths begin",
    "-e FILE  the error log",
    "-c FILE  the configuration file",
    "-g DIRECTIVES  directives of the main context",
    "-v  show the version",
    "-V  show the version and how it was built",
  ],
  limits: `HTTP/1.1 and 1.0: HTTP/2 is accepted in "listen" and never negotiated; addresses of IPv6 are accepted and not listened on, since these machines have none. Changing the binary (USR2), syslog, bcrypt passwords, "resolver" and the modules mail and stream are not modeled. Directives that are real and refused by name: ${unmodeledDirectives.join(", ")}.`,
  ownParsing: "all",
  run: async (self) => (await import("./main.ts")).main(self),
});
