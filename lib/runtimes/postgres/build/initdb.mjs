// initdb, by PGlite itself in Node: a process of its own, since PGlite leaves timers behind. Argument: the directory for the cluster.
import { PGlite } from "@electric-sql/pglite";

const [, , directory] = process.argv;
const server = await PGlite.create({
  dataDir: directory,
  // Segments of the log of 1 MB, not 16: a small disk is enough. The locale is that of Debian's servers.
  initDbStartParams: ["--wal-segsize=1", "--encoding=UTF8", "--locale=C.UTF-8", "--auth-local=peer", "--auth-host=scram-sha-256"],
});
await server.close();
process.exit(0);
