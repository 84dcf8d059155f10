#!/usr/bin/env node
/**
 * Records what the real programs say to root: the cases in recordings/as-root/*.txt (in the form that record.mjs reads), as JSON beside them.
 *
 *   node lib/programs/record-root.mjs [NAME…]
 *
 * Each case runs in a copy of this system that is thrown away (an overlay in a mount namespace of its own, so this has to be run as root), with the
 * accounts of a fresh machine of ours, and its name. Lines "$ …" of a case's script are said by the learner instead of root.
 */
import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const here = dirname(fileURLToPath(import.meta.url));
const folder = join(here, "recordings", "as-root");
const top = mkdtempSync(join(tmpdir(), "record-root-"));

/** The texts of lib/images that stand between backticks. */
function textOf(file, name) {
  const source = readFileSync(join(here, "..", "images", file), "utf8");
  const found = new RegExp(`export const ${name} = \`([^\`]*)\``).exec(source);
  return found[1].replaceAll("\\t", "\t").replaceAll("\\$", "$");
}

const passwd = textOf("accounts.ts", "passwd");
writeFileSync(join(top, "passwd"), passwd);
writeFileSync(join(top, "group"), textOf("accounts.ts", "group"));
writeFileSync(join(top, "sudoers"), textOf("etc.ts", "sudoers"));
writeFileSync(
  join(top, "shadow"),
  passwd
    .trim()
    .split("\n")
    .map((line) => `${line.split(":")[0]}:*:20000:0:99999:7:::\n`)
    .join(""),
);
writeFileSync(
  join(top, "gshadow"),
  textOf("accounts.ts", "group")
    .trim()
    .split("\n")
    .map((line) => `${line.split(":")[0]}:*::${line.split(":")[3]}\n`)
    .join(""),
);

/** Builds the copy, goes into it, and runs the script. */
const enter = `
set -e
mount -t tmpfs none ${top}/m
mkdir ${top}/m/u ${top}/m/w ${top}/m/root
mount -t overlay none -o lowerdir=/,upperdir=${top}/m/u,workdir=${top}/m/w ${top}/m/root
R=${top}/m/root
mount --bind /dev $R/dev; mount -t proc none $R/proc
for f in passwd group shadow gshadow sudoers; do cp ${top}/$f $R/etc/$f; done
rm -f $R/etc/*- $R/etc/subuid* $R/etc/subgid* $R/etc/.pwd.lock; mount -t tmpfs -o mode=700 none $R/root; mount -t tmpfs -o mode=755 none $R/home; mkdir $R/home/learner; chown 1000:1000 $R/home/learner
chmod 640 $R/etc/shadow $R/etc/gshadow; chmod 440 $R/etc/sudoers; chmod 644 $R/etc/passwd $R/etc/group
echo web-1 > $R/etc/hostname; printf '127.0.0.1\\tlocalhost\\n127.0.1.1\\tweb-1\\n' > $R/etc/hosts; hostname web-1
cp "$1" $R/tmp/.script; chmod 644 $R/tmp/.script
cd $R/root
exec env -i HOME=/root USER=root LOGNAME=root LANG=C.UTF-8 TERM=xterm-256color PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin chroot $R /bin/bash -c 'cd /root; exec /bin/bash -c "$(cat /tmp/.script)"'
`;

function answer(script) {
  writeFileSync(join(top, "script"), script);
  spawnSync("mkdir", ["-p", join(top, "m")]);
  const ran = spawnSync("unshare", ["-m", "--uts", "--ipc", "/bin/bash", "-c", enter, "enter", join(top, "script")], {
    input: "",
    encoding: "utf8",
    timeout: 60_000,
  });
  return { stdout: ran.stdout, stderr: ran.stderr.replaceAll(/\/bin\/bash: line \d+: /g, "bash: "), exitCode: ran.status };
}

/** "$ command" in a case means: the learner says it. */
function spoken(line) {
  return line.startsWith("$ ")
    ? `setpriv --reuid 1000 --regid 1000 --groups 1000,4,27,50 env HOME=/home/learner USER=learner LOGNAME=learner bash -c ${quoted(`cd; ${line.slice(2)}`)}`
    : line;
}

function quoted(text) {
  return `'${text.replaceAll("'", "'\\''")}'`;
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

const wanted = process.argv.slice(2);
for (const file of readdirSync(folder).filter((name) => name.endsWith(".txt"))) {
  const name = file.slice(0, -".txt".length);
  if (wanted.length > 0 && !wanted.includes(name)) continue;
  const target = join(folder, `${name}.json`);
  const known = existsSync(target) ? new Map(JSON.parse(readFileSync(target, "utf8")).map((each) => [each.script, each])) : new Map();
  const recorded = [];
  for (const each of casesOf(readFileSync(join(folder, file), "utf8"))) {
    const earlier = known.get(each.script);
    if (earlier && wanted.length === 0) {
      recorded.push(earlier);
      continue;
    }
    const script = each.script.split("\n").map(spoken).join("\n");
    const first = answer(script);
    const second = answer(script);
    if (JSON.stringify(first) === JSON.stringify(second)) recorded.push({ ...each, ...first });
    else console.error(`left out (not repeatable): ${each.name}`);
  }
  writeFileSync(target, `${JSON.stringify(recorded, null, 1)}\n`);
  console.log(`${name}: ${recorded.length} cases`);
}
rmSync(top, { recursive: true, force: true });
