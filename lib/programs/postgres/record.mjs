#!/usr/bin/env node
/**
 * Records what the real clients of PostgreSQL answer (Debian 12's, version 15, with a server of the same version) to the cases in
 * recordings/*.txt, as JSON beside them. To be run as root on a machine with the package postgresql-15:
 *
 *   unshare --net --mount node lib/programs/postgres/record.mjs
 *
 * (its own network and mounts, so that the server has port 5432 and /var/run/postgresql for itself). Each line of a .txt file is one case,
 * a script; lines that start with "%" come before every case below them (until a line "%" alone forgets them); lines that start with "#"
 * are comments. The cases of a file run one after another as an ordinary user, against a server of their own. `\n` in a line is a line end.
 */
import { spawnSync } from "node:child_process";
import { chmodSync, chownSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const folder = join(dirname(fileURLToPath(import.meta.url)), "recordings");
const bin = "/usr/lib/postgresql/15/bin";
const top = mkdtempSync(join(tmpdir(), "record-postgres-"));
chmodSync(top, 0o755);
const home = join(top, "learner");
const data = join(top, "data");
mkdirSync(data);

function must(command, args, options = {}) {
  const ran = spawnSync(command, args, { encoding: "utf8", ...options });
  if (ran.status !== 0) throw new Error(`${command} ${args.join(" ")}: ${ran.stderr}${ran.stdout}`);
  return ran.stdout;
}

const idOf = (flag) => Number(must("id", [flag, "postgres"]).trim());
const postgres = { uid: idOf("-u"), gid: idOf("-g") };
chownSync(data, postgres.uid, postgres.gid);
must("ip", ["link", "set", "lo", "up"]);
mkdirSync("/var/run/postgresql", { recursive: true });
must("mount", ["-t", "tmpfs", "none", "/var/run/postgresql"]);
chmodSync("/var/run/postgresql", 0o777);
const asPostgres = { ...postgres, cwd: "/", env: { PATH: `${bin}:/usr/bin:/bin`, LANG: "C.UTF-8", HOME: data } };
const start = () => {
  rmSync(data, { recursive: true, force: true });
  mkdirSync(data);
  chownSync(data, postgres.uid, postgres.gid);
  must(`${bin}/initdb`, ["-D", data, "-E", "UTF8", "--locale=C.UTF-8", "-A", "trust"], asPostgres);
  must(`${bin}/pg_ctl`, ["-D", data, "-l", join(data, "log"), "-w", "-o", "-c fsync=off -c timezone=UTC", "start"], {
    ...asPostgres,
    stdio: "ignore",
  });
};
const stop = () => spawnSync(`${bin}/pg_ctl`, ["-D", data, "-m", "immediate", "stop"], asPostgres);

/** A dump as version 18 words it: versions, a setting that is new, and owners of views and sequences by their own names. */
function asVersion18(text) {
  let type = "";
  return text
    .replaceAll(/version 15\.\d+ \(Debian [^)]*\)/g, "version 18.6")
    .replaceAll(
      "SET idle_in_transaction_session_timeout = 0;\n",
      "SET idle_in_transaction_session_timeout = 0;\nSET transaction_timeout = 0;\n",
    )
    .split("\n")
    .map((line) => {
      type = /^-- Name: .*; Type: ([A-Z ]+); Schema: .*/.exec(line)?.[1] ?? type;
      return /^(?:VIEW|MATERIALIZED VIEW|SEQUENCE)$/.test(type) ? line.replace(/^ALTER TABLE (\S+ OWNER TO)/, `ALTER ${type} $1`) : line;
    })
    .join("\n");
}

function answer(script) {
  const ran = spawnSync("/bin/bash", ["-c", script], {
    cwd: home,
    uid: 1000,
    gid: 1000,
    input: "",
    encoding: "utf8",
    timeout: 30_000,
    env: {
      HOME: home,
      USER: "learner",
      LOGNAME: "learner",
      PATH: "/usr/local/bin:/usr/bin:/bin",
      LANG: "C.UTF-8",
      TERM: "xterm-256color",
      PGHOST: "localhost",
      PGUSER: "postgres",
      PGDATABASE: "postgres",
      TZ: "UTC",
    },
  });
  const clean = (text) =>
    text
      .replaceAll(home, "/home/learner")
      .replaceAll("/usr/lib/postgresql/15/bin", "/usr/lib/postgresql/18/bin")
      .replaceAll(/\/bin\/bash: line \d+: /g, "bash: ")
      .replaceAll("postgresql.org/docs/15/", "postgresql.org/docs/18/");
  return { stdout: asVersion18(clean(ran.stdout)), stderr: clean(ran.stderr), exitCode: ran.status };
}

function casesOf(text) {
  const cases = [];
  let before = "";
  for (const line of text.split("\n")) {
    if (line === "%") before = "";
    else if (line.startsWith("%")) before += `${line.slice(1).trim()}\n`;
    else if (line.trim() !== "" && !line.startsWith("#")) cases.push({ name: line, script: before + line });
  }
  return cases;
}

try {
  for (const file of readdirSync(folder)
    .filter((name) => name.endsWith(".txt"))
    .sort()) {
    rmSync(home, { recursive: true, force: true });
    mkdirSync(home);
    chownSync(home, 1000, 1000);
    start();
    const recorded = casesOf(readFileSync(join(folder, file), "utf8")).map((each) => ({ ...each, ...answer(each.script) }));
    writeFileSync(join(folder, file.replace(".txt", ".json")), `${JSON.stringify(recorded, null, 1)}\n`);
    stop();
    console.log(`${file}: ${recorded.length} cases`);
  }
} finally {
  stop();
  rmSync(top, { recursive: true, force: true });
}
