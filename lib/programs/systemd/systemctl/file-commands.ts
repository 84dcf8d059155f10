/** systemctl enable, disable, mask and the like: links between unit files. */
import { codeOf, reason } from "../../core/errors.ts";
import { type Change, CONFIG, InstallProblem, presetOf, UnitFiles } from "../install.ts";
import { mangle, parseUnitName } from "../unit-name.ts";
import { type Context, GREEN, globExpression, isPattern, RED, YELLOW } from "./context.ts";
import { startUnits } from "./unit-commands.ts";

const AUTHENTICATE = "Interactive authentication required.";

const NOTHING = `The unit files have no installation config (WantedBy=, RequiredBy=, Also=,
Alias= settings in the [Install] section, and DefaultInstance= for template
units). This means they are not meant to be enabled using systemctl.
 
Possible reasons for having this kind of units are:
• A unit may be statically enabled by being symlinked from another unit's
  .wants/ or .requires/ directory.
• A unit's purpose may be to act as a helper for some other unit which has
  a requirement dependency on it.
• A unit may be started when needed via activation (socket, path, timer,
  D-Bus, udev, scripted systemctl call, ...).
• In case of template units, the unit is meant to be enabled with some
  instance name specified.
`;

function unitFiles(context: Context): UnitFiles {
  const { self, args } = context;
  // Links are made by the manager, who is root; with --root by the caller.
  const root = args.get("root");
  return new UnitFiles(root === undefined ? self.machine.files : self.files, {
    root: root === undefined ? undefined : self.files.absolute(root),
    runtime: args.has("runtime"),
  });
}

async function tell(context: Context, changes: readonly Change[]): Promise<void> {
  if (context.quiet) return;
  for (const change of changes) await context.self.error(changeText(change));
}

function changeText(change: Change): string {
  switch (change.kind) {
    case "link":
      return `Created symlink ${change.path} \u2192 ${change.target}.\n`;
    case "remove":
      return `Removed "${change.path}".\n`;
    case "missing":
      return `Unit ${change.path} is added as a dependency to a non-existent unit ${change.target}.\n`;
  }
}

export async function changeFiles(context: Context, verb: string): Promise<number> {
  const { self, operands, args, manager } = context;
  if (operands.length === 0) return context.fail("Too few arguments.");
  const what = `Failed to ${verb === "reenable" ? "reenable" : verb} unit`;
  const offline = args.get("root") !== undefined;
  const files = unitFiles(context);
  const names = operands.map((word) => (word.startsWith("/") ? word : mangle(word)));
  if (!context.isRoot && !offline) return context.fail(`${what}: ${AUTHENTICATE}`);
  try {
    const { changes, nothing } = await apply(context, files, verb, names);
    await tell(context, changes);
    if (nothing) {
      if (!context.quiet && !args.has("now")) await self.error(NOTHING);
      if (!args.has("now")) return 0;
    }
    if (!offline) reloadQuietly(context);
  } catch (error) {
    if (!(error instanceof InstallProblem) && codeOf(error) === undefined) throw error;
    return context.fail(`${what}: ${error instanceof InstallProblem ? error.message : reason(error)}`);
  }
  if (!args.has("now") || offline) return 0;
  const verbNow = verb === "enable" || verb === "reenable" ? "start" : verb === "disable" || verb === "mask" ? "stop" : undefined;
  if (verbNow === undefined) return 0;
  const known = verbNow === "start" ? names : names.filter((name) => manager.known(name) !== undefined);
  if (known.length === 0) return 0;
  return startUnits(context, verbNow);
}

async function apply(
  context: Context,
  files: UnitFiles,
  verb: string,
  names: readonly string[],
): Promise<{ changes: readonly Change[]; nothing: boolean }> {
  const { self } = context;
  switch (verb) {
    case "enable":
      return files.enable(names);
    case "preset":
      return { ...files.enable(names), nothing: false };
    case "reenable": {
      const removed = files.disable(names);
      const { changes, nothing } = files.enable(names);
      return { changes: [...removed, ...changes], nothing };
    }
    case "disable": {
      const changes = files.disable(names);
      const empty = names.every((name) => {
        const found = files.resolve(name);
        if (found === undefined) return false;
        const info = files.info(found.path, found.name);
        return info.wantedBy.length + info.requiredBy.length + info.aliases.length + info.also.length === 0;
      });
      return { changes, nothing: empty && changes.length === 0 };
    }
    case "mask": {
      const { changes, missing } = files.mask(names);
      for (const name of missing) await self.error(`Unit ${name} does not exist, proceeding anyway.\n`);
      return { changes, nothing: false };
    }
    case "unmask":
      return { changes: files.unmask(names), nothing: false };
    default:
      return { changes: files.link(names), nothing: false };
  }
}

function reloadQuietly(context: Context): void {
  context.manager.reload();
}

export async function daemonReload(context: Context): Promise<number> {
  if (!context.isRoot) return context.fail(`Reload daemon failed: ${AUTHENTICATE}`);
  context.manager.reload();
  return 0;
}

export async function isEnabled(context: Context): Promise<number> {
  const { self, operands } = context;
  if (operands.length === 0) return context.fail("Too few arguments.");
  const files = unitFiles(context);
  let enabled = false;
  for (const word of operands) {
    const name = mangle(word);
    const state = files.state(name);
    if (state === undefined) {
      await self.error(`Failed to get unit file state for ${name}: No such file or directory\n`);
      return 1;
    }
    if (["enabled", "enabled-runtime", "static", "alias", "indirect", "generated"].includes(state)) enabled = true;
    if (!context.quiet) await self.print(`${state}\n`);
  }
  return enabled ? 0 : 1;
}

export async function listUnitFiles(context: Context): Promise<number> {
  const { self, operands, args, types } = context;
  const wanted = operands.map((word) => globExpression(isPattern(word) ? word : mangle(word)));
  const states = args.all("state").flatMap((text) => text.split(","));
  const rows = unitFiles(context)
    .all()
    .filter(({ name }) => types === undefined || types.has(parseUnitName(name)?.type ?? ""))
    .filter(({ name }) => wanted.length === 0 || wanted.some((pattern) => pattern.test(name)))
    .filter(({ state }) => states.length === 0 || states.includes(state));
  const widest = (header: string, values: readonly string[]) => Math.max(header.length, ...values.map((value) => value.length));
  const nameWidth = widest(
    "UNIT FILE",
    rows.map(({ name }) => name),
  );
  const stateWidth = widest(
    "STATE",
    rows.map(({ state }) => state),
  );
  const legend = !args.has("no-legend") && args.get("legend") !== "no" && !context.quiet;
  const lines: string[] = [];
  if (legend) lines.push(`${"UNIT FILE".padEnd(nameWidth)} ${"STATE".padEnd(stateWidth)} PRESET`);
  for (const { name, state } of rows) {
    const color =
      state === "enabled" || state === "enabled-runtime" ? GREEN : state === "disabled" ? YELLOW : state.startsWith("masked") ? RED : "";
    const preset = presetOf(state);
    lines.push(
      `${name.padEnd(nameWidth)} ${context.paint(color, state)}${" ".repeat(stateWidth - state.length)} ${preset === "-" ? preset : context.paint(GREEN, preset)}`,
    );
  }
  if (legend) lines.push("", `${rows.length} unit files listed.`);
  if (lines.length > 0) await self.print(`${lines.join("\n")}\n`);
  return rows.length > 0 || wanted.length === 0 ? 0 : 1;
}

export async function getDefault(context: Context): Promise<number> {
  const files = unitFiles(context);
  const found = files.resolve("default.target");
  if (found === undefined) return context.fail("Failed to get default target: No such file or directory");
  await context.self.print(`${found.name}\n`);
  return 0;
}

export async function setDefault(context: Context): Promise<number> {
  const { operands, args } = context;
  if (operands.length === 0) return context.fail("Too few arguments.");
  if (!context.isRoot && args.get("root") === undefined) return context.fail(`Failed to set default target: ${AUTHENTICATE}`);
  const files = unitFiles(context);
  const name = mangle(operands[0] ?? "", "target");
  const found = parseUnitName(name)?.type === "target" ? files.resolve(name) : undefined;
  if (found === undefined) return context.fail(`Failed to set default target: Unit file ${name} does not exist.`);
  const path = `${files.root}${CONFIG}/default.target`;
  const changes: Change[] = [];
  const target = found.path.slice(files.root.length);
  if (files.files.readdir(`${files.root}${CONFIG}`).some((entry) => entry.name === "default.target")) {
    if (files.files.readlink(path) === target) return 0;
    files.files.unlink(path);
    changes.push({ kind: "remove", path });
  }
  files.files.symlink(target, path);
  await tell(context, [...changes, { kind: "link", path, target }]);
  context.manager.reload();
  return 0;
}

export async function cat(context: Context): Promise<number> {
  const { self, operands, manager } = context;
  if (operands.length === 0) return context.fail("Too few arguments.");
  manager.collect();
  let first = true;
  for (const name of context.names(operands)) {
    const unit = manager.unit(name);
    const { fragment, dropIns, state } = unit.loaded;
    if (fragment === undefined || state === "not-found") {
      await self.error(`No files found for ${name}.\n`);
      return 1;
    }
    if (unit.needsReload)
      await self.error(
        `Warning: The unit file, source configuration file or drop-ins of ${name} changed on disk. Run 'systemctl daemon-reload' to reload units.\n`,
      );
    for (const path of [fragment, ...dropIns]) {
      if (!first) await self.print("\n");
      first = false;
      const text = self.machine.files.exists(path) ? self.machine.files.readText(path) : "";
      await self.print(`${context.paint("0;34", `# ${path}`)}\n${text}${text.endsWith("\n") || text === "" ? "" : "\n"}`);
    }
  }
  return 0;
}

/** systemctl edit: a drop-in, or a copy of the whole file, in the person's editor. */
export async function edit(context: Context): Promise<number> {
  const { self, operands, args, manager } = context;
  if (self.fds.get(0)?.tty === undefined) return context.fail("Cannot edit units if not on a tty.");
  if (operands.length === 0) return context.fail("Too few arguments.");
  if (!context.isRoot)
    return context.fail(`Failed to create directories for "${CONFIG}/${mangle(operands[0] ?? "")}.d": Permission denied`);
  for (const name of context.names(operands)) {
    const unit = manager.unit(name);
    const { fragment } = unit.loaded;
    const force = args.has("force");
    if ((fragment === undefined || unit.loaded.state === "not-found") && !force)
      return context.fail(
        `No files found for ${name}.\nRun 'systemctl edit${args.has("full") ? " --full" : ""} --force ${name}' to create a new unit.`,
      );
    const full = args.has("full");
    const path = full ? `${CONFIG}/${name}` : `${CONFIG}/${name}.d/override.conf`;
    const { files } = self.machine;
    const present = files.exists(path)
      ? files.readText(path)
      : full && fragment !== undefined && files.exists(fragment)
        ? files.readText(fragment)
        : "";
    const original = fragment !== undefined && files.exists(fragment) ? files.readText(fragment) : "";
    const top = `### Editing ${path}\n### Anything between here and the comment below will become the new contents of the file\n\n`;
    const bottom = `\n\n### Lines below this comment will be discarded\n\n${
      full
        ? ""
        : `### ${fragment ?? name}\n${original
            .split("\n")
            .map((line) => `# ${line}`.trimEnd())
            .join("\n")}\n`
    }`;
    const draft = `${path.slice(0, path.lastIndexOf("/"))}/.#${path.slice(path.lastIndexOf("/") + 1)}${manager.newId().slice(0, 16)}`;
    files.mkdir(path.slice(0, path.lastIndexOf("/")), { recursive: true });
    files.writeFile(draft, full ? present : `${top}${present}${bottom}`);
    const editor = self.env.SYSTEMD_EDITOR ?? self.env.EDITOR ?? self.env.VISUAL ?? "nano";
    const child = self.spawn({ argv: [...editor.split(/\s+/), draft], foreground: true });
    const end = await self.wait(child.pid);
    const text = files.exists(draft) ? files.readText(draft) : "";
    if (files.exists(draft)) files.unlink(draft);
    if (end?.status !== 0) return context.fail("Editing aborted.");
    const kept = full ? text : between(text);
    if (kept.trim() === "") {
      await self.error(`Editing "${path}" canceled: temporary file is empty.\n`);
      const folder = path.slice(0, path.lastIndexOf("/"));
      if (!full && files.readdir(folder).length === 0) files.rmdir(folder);
      continue;
    }
    files.writeFile(path, kept.endsWith("\n") ? kept : `${kept}\n`);
  }
  manager.reload();
  return 0;
}

/** What stands between the two comments of a draft. */
function between(text: string): string {
  const start = text.indexOf("new contents of the file\n");
  const from = start < 0 ? 0 : start + "new contents of the file\n".length;
  const end = text.indexOf("### Lines below this comment will be discarded");
  return `${text.slice(from, end < 0 ? undefined : end).trim()}\n`.replace(/^\n$/, "");
}
