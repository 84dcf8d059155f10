import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from "vitest";
import { screenOf } from "../../kernel/testing.ts";
import type { Tty } from "../../kernel/types.ts";
import { shellWorld } from "../testing.ts";

let world: Awaited<ReturnType<typeof shellWorld>>;
let tty: Tty;
let screen: ReturnType<typeof screenOf>;

beforeAll(async () => {
  world = await shellWorld();
  const { files } = world.machine;
  const put = (path: string, text = ""): void => {
    files.mkdir(path.replace(/\/[^/]*$/, ""), { recursive: true });
    files.writeFile(path, text);
  };
  put("/home/ann/.ssh/known_hosts", "web-1,10.0.0.5 ssh-ed25519 AAAA\n[staging.example]:2222 ssh-ed25519 AAAA\n|1|hashed= ssh-rsa AAAA\n");
  put("/home/ann/.ssh/config", "Host bastion *.internal\n  User ann\n");
  put("/home/ann/shop/.git/HEAD", "ref: refs/heads/main\n");
  put("/home/ann/shop/.git/refs/heads/feature/login");
  put("/home/ann/shop/.git/packed-refs", "1234 refs/heads/main\n5678 refs/tags/v1.0\n9abc refs/remotes/origin/main\n");
  put("/home/ann/shop/manage.py");
  put("/home/ann/shop/shop/settings.py", "INSTALLED_APPS = [\n  'django.contrib.auth',\n]\n");
  put("/home/ann/shop/.venv/lib/python3.14/site-packages/django/core/management/commands/migrate.py");
  put("/home/ann/shop/.venv/lib/python3.14/site-packages/django/core/management/commands/makemigrations.py");
  put("/home/ann/shop/.venv/lib/python3.14/site-packages/django/contrib/auth/management/commands/createsuperuser.py");
  put("/home/ann/shop/.venv/lib/python3.14/site-packages/django/contrib/gis/management/commands/ogrinspect.py");
  put("/home/ann/shop/blog/management/commands/publish.py");
  files.writeFile("/home/ann/it's here.txt", "");
  files.mkdir("/home/ann/many");
  for (let at = 0; at < 120; at++) files.writeFile(`/home/ann/many/file-${at}`, "");
  tty = world.machine.openTty({ columns: 80, rows: 24 });
  screen = screenOf(tty);
  world.machine.login("ann", tty);
  await screen.until("\x1b]133;B;");
});
afterAll(() => world.kernel.shutdown());

/** A test that has failed waits for nothing more. */
let over = false;
afterEach(() => {
  over = true;
});
beforeEach(() => {
  over = false;
});

/** Types keys on an empty line, waits for what they show, and empties the line again. */
async function typed(keys: string, shows: string | RegExp): Promise<void> {
  const from = screen.text().length;
  const cleared = screen.text().split("\x1b]133;B;").length;
  tty.input(new TextEncoder().encode(keys));
  const rest = (): string => screen.text().slice(from);
  const met = (): boolean => (typeof shows === "string" ? rest().includes(shows) : shows.test(rest()));
  // Shown texts may come in several pieces.
  while (!met() && !over) await new Promise((resolve) => setTimeout(resolve, 1));
  tty.input(new TextEncoder().encode("\x03"));
  while (screen.text().split("\x1b]133;B;").length === cleared && !over) await new Promise((resolve) => setTimeout(resolve, 1));
}

it.each([
  ["hosts that ssh knows", "ssh ann@we\t", "ann@web-1 "],
  ["hosts of the configuration", "ssh ba\t", "bastion "],
  ["a host with a port, and scp's colon", "scp x stag\t", "staging.example:"],
  ["quotes in names of files", "cat it\t", "it\\'s\\ here.txt "],
  ["names in quotes", 'cat "it\t', '"it\'s here.txt" '],
  ["variables", "echo $HISTFILES\t", "$HISTFILESIZE "],
  // biome-ignore lint/suspicious/noTemplateCurlyInString: the shell's own syntax
  ["a variable in braces", "echo ${HISTFILES\t", "${HISTFILESIZE}"],
  ["users", "ls ~roo\t", "~root/"],
  ["options of the shell", "shopt -s nullg\t", "nullglob "],
])("completes %s", async (_what, keys, shows) => {
  // Ctrl-L draws the whole line again.
  await typed(`${keys}\x0c`, shows);
});

it("completes the commands that Django has on this disk, and the project's own, and no others", async () => {
  tty.input(new TextEncoder().encode("cd ~/shop\r"));
  await screen.until(/shop.*\$ [^$]*$/s);
  await typed("./manage.py \t\t", /createsuperuser\s+makemigrations\s+migrate\s+publish\s/);
  await typed("python manage.py mig\t\x0c", "python manage.py migrate ");
  expect(screen.text()).not.toContain("ogrinspect");
  await typed("git switch fea\t\x0c", "git switch feature/login ");
  await typed("git checkout \t\t", /feature\/login\s+main\s+origin\/main\s+v1\.0/);
});

it("asks before it lists very many", async () => {
  tty.input(new TextEncoder().encode("cat ~/many/file-\t\t"));
  await screen.until("Display all 120 possibilities? (y or n)");
  await typed("n\x15echo no\x0c", "echo no");
  expect(screen.text()).not.toContain("file-119");
});

it("does nothing on Ctrl-S", async () => {
  await typed("echo a\x13b\x0c", "echo ab");
});
