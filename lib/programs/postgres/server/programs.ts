/** The programs around a PostgreSQL server, as entries of the table: loaded when they are run. */

import { program } from "../../core/program.ts";

const COMMON = "postgresql-common 290";

export const pgCtl = program({
  name: "pg_ctl",
  summary: "initialize, start, stop, or control a PostgreSQL server",
  section: "system",
  origin: "pg_ctl (PostgreSQL) 18.6",
  synopsis: ["start|stop|restart|reload|status [-D DATADIR] [-l FILENAME] [-o OPTIONS] [-m SHUTDOWN-MODE] [-wW] [-t SECS] [-s]"],
  options: [
    "-D, --pgdata=DATADIR  location of the database storage area",
    "-l, --log=FILENAME  write (or append) server log to FILENAME",
    '-m, --mode=MODE  MODE can be "smart", "fast", or "immediate"',
    "-o, --options=OPTIONS  command line options to pass to postgres",
    "-s, --silent  only print errors, no informational messages",
    "-t, --timeout=SECS  seconds to wait when using -w option",
    "-w, --wait  wait until operation completes (default)",
    "-W, --no-wait  do not wait until operation completes",
  ],
  unmodeled: ["-c", "-p"],
  limits: "initdb, promote, logrotate and kill are not modeled: a machine has the cluster that its package made.",
  run: async (self, args) => (await import("./pg-ctl.ts")).runPgCtl(self, args),
});

export const pgCtlCluster = program({
  name: "pg_ctlcluster",
  summary: "start/stop/restart/reload a PostgreSQL cluster",
  section: "system",
  origin: COMMON,
  synopsis: ["[options] cluster-version cluster-name action"],
  options: [
    "-f, --force  ask the server to end at once when it does not end in time",
    "-m, --mode=MODE  smart, fast (the default) or immediate",
    "-o, --options=OPTIONS  options for the server",
    "--skip-systemctl-redirect  do not hand over to systemctl",
  ],
  unmodeled: ["--foreground", "--stdlog", "--bindir"],
  run: async (self, args) => (await import("./pg-ctlcluster.ts")).runPgCtlCluster(self, args),
});

export const pgLsClusters = program({
  name: "pg_lsclusters",
  summary: "show information about all PostgreSQL clusters",
  section: "system",
  origin: COMMON,
  synopsis: ["[options]"],
  options: ["-h, --no-header  no headings"],
  unmodeled: ["-j", "-s"],
  limits: "Clusters are those of the package: pg_createcluster, pg_dropcluster and pg_upgradecluster are not modeled.",
  run: async (self, args) => (await import("./pg-ctlcluster.ts")).runPgLsClusters(self, args),
});
