import type { RootContent } from "mdast";
import * as z from "zod";
import { AssetPattern } from "./asset-pattern.ts";
import { type Draft, type DraftLab, type DraftStep, type DraftTask, slugOf, TO_WRITE, uniqueSlug } from "./draft.ts";
import { flow, resolve } from "./markdown-nodes.ts";
import { ImportNotes } from "./notes.ts";
import { readMarkdown } from "./prose.ts";
import type { SourceTree } from "./source-tree.ts";

/**
 * A scenario of Katacoda or Killercoda: `index.json` names Markdown files, scripts that check (`verify`), scripts that run by themselves
 * (`foreground`, `background`; formerly `code` and `courseData`) and assets that are copied onto a host.
 * Source: https://killercoda.com/creators and the README of katacoda/scenario-examples.
 */
const text = z.string().optional();
const script = z.union([z.string(), z.array(z.string())]).optional();
const page = z.looseObject({
  title: text,
  text: text,
  verify: text,
  hint: text,
  foreground: script,
  background: script,
  code: script,
  courseData: script,
});
const scenarioSchema = z.looseObject({
  title: text,
  description: text,
  time: text,
  details: z.looseObject({
    intro: page.optional(),
    steps: z.array(page).optional(),
    finish: page.optional(),
    assets: z.record(z.string(), z.array(z.looseObject({ file: z.string(), target: text, chmod: text }))).optional(),
  }),
  backend: z.looseObject({ imageid: text }).optional(),
});
type Page = z.infer<typeof page>;

const MACHINE = "host01";

/** Folders of the source that hold a scenario. */
export function findScenarios(tree: SourceTree): string[] {
  return [...tree.files.keys()]
    .filter((path) => /(^|\/)index\.json$/.test(path) && read(tree, path) !== undefined)
    .map((path) => path.replace(/\/?index\.json$/, ""));
}

function read(tree: SourceTree, path: string): z.infer<typeof scenarioSchema> | undefined {
  try {
    return scenarioSchema.safeParse(JSON.parse(tree.text(path) ?? "")).data;
  } catch {
    return undefined;
  }
}

export function importScenario(tree: SourceTree, folder: string, taken: Set<string>): Draft {
  const index = folder === "" ? "index.json" : `${folder}/index.json`;
  const scenario = read(tree, index);
  if (scenario === undefined) throw new Error(`${index} is no scenario`);
  return new Scenario(tree, folder, index, scenario).draft(taken);
}

class Scenario {
  private readonly notes = new ImportNotes();
  private readonly pictures = new Map<string, Uint8Array>();
  private readonly files = new Map<string, { bytes: Uint8Array; executable: boolean }>();
  private readonly tasks: DraftTask[] = [];
  /** Every command that the learner types, and on which step's page. */
  private readonly typed: { readonly run: string; readonly page: string }[] = [];
  private readonly nodes: RootContent[] = [];

  constructor(
    private readonly tree: SourceTree,
    private readonly folder: string,
    private readonly index: string,
    private readonly scenario: z.infer<typeof scenarioSchema>,
  ) {}

  draft(taken: Set<string>): Draft {
    const { scenario } = this;
    const { intro, steps = [], finish } = scenario.details;
    const title = scenario.title?.trim() || this.folder.split("/").at(-1) || "Imported scenario";
    const ids = new Set<string>();
    if (intro !== undefined) this.page(intro, undefined);
    for (const [at, step] of steps.entries()) {
      const { nodes, heading, commands } = this.markdown(step);
      const name = step.title?.trim() || heading || `Step ${at + 1}`;
      const id = uniqueSlug(name, `step-${at + 1}`, ids);
      this.nodes.push({ type: "heading", depth: 2, children: [{ type: "text", value: name }] }, ...nodes, ...this.scripts(step, id));
      this.typed.push(...commands.map((run) => ({ run, page: id })));
      this.task(step, id, name);
    }
    if (finish !== undefined) this.page(finish, "The end");
    if (this.tasks.length === 0) this.placeholder();
    this.assets();
    return {
      slug: uniqueSlug(this.folder.split("/").at(-1) || title, "scenario", taken),
      title,
      summary: scenario.description?.trim() || `${TO_WRITE} what the reader will have done, in a sentence.`,
      minutes: Number(/\d+/.exec(scenario.time ?? "")?.[0] ?? 15) || 15,
      objectives: [`${TO_WRITE} what one can do afterwards.`],
      nodes: this.nodes,
      pictures: this.pictures,
      notes: this.notes,
      lab: this.lab(),
    };
  }

  private lab(): DraftLab {
    const image = this.scenario.backend?.imageid ?? "ubuntu";
    const kept = /^ubuntu/.test(image) ? "ubuntu" : /python/.test(image) ? "python" : "server";
    if (!/^ubuntu/.test(image)) {
      this.note(
        `The machine image \`${image}\` is not here. The draft has \`${kept}\`; what the scenario needs besides must be put on it, or the steps changed.`,
      );
    }
    return { machines: { [MACHINE]: { image: kept, user: "root" } }, tasks: this.tasks, files: this.files, solution: this.marked() };
  }

  /** The solution, each task's part marked once: what belongs to a page without a check is done for the next task, or for the last. */
  private marked(): DraftStep[] {
    const known = this.tasks.map(({ id }) => id);
    let task = known.at(-1);
    const tasks = this.typed.map(() => task);
    for (let at = this.typed.length - 1; at >= 0; at--) {
      const page = this.typed[at]?.page ?? "";
      if (known.includes(page)) task = page;
      tasks[at] = task;
    }
    return this.typed.map(({ run }, index) => (tasks[index] === tasks[index - 1] ? { run } : { task: tasks[index], run }));
  }

  private page(part: Page, heading: string | undefined): void {
    const { nodes, commands } = this.markdown(part);
    if (heading !== undefined && nodes.length > 0)
      this.nodes.push({ type: "heading", depth: 2, children: [{ type: "text", value: heading }] });
    this.nodes.push(...nodes, ...this.scripts(part, heading === undefined ? "intro" : "finish"));
    this.typed.push(...commands.map((run) => ({ run, page: "" })));
  }

  private markdown(part: Page): { nodes: readonly RootContent[]; heading: string | undefined; commands: readonly string[] } {
    if (part.text === undefined) return { nodes: [], heading: undefined, commands: [] };
    const file = resolve(this.index, part.text);
    const source = this.tree.text(file);
    if (source === undefined) {
      this.note(`There is no file \`${part.text}\`.`);
      return { nodes: [], heading: undefined, commands: [] };
    }
    const { nodes, title, commands } = readMarkdown(source, {
      tree: this.tree,
      notes: this.notes,
      file,
      lab: true,
      pictures: this.pictures,
      depth: 3,
    });
    return { nodes, heading: title, commands };
  }

  /** What ran by itself becomes a file on the machine, and a command that the learner types. */
  private scripts(part: Page, id: string): RootContent[] {
    const names = [part.foreground, part.background, part.code, part.courseData].flatMap((each) => each ?? []);
    return names.flatMap((name): RootContent[] => {
      const file = resolve(this.index, name);
      const found = this.tree.files.get(file);
      if (found === undefined) {
        this.note(`There is no file \`${name}\`.`);
        return [];
      }
      const path = `/opt/scenario/${slugOf(id, "step")}-${file
        .split("/")
        .at(-1)
        ?.replace(/[^A-Za-z0-9._-]/g, "-")}`;
      this.files.set(`${MACHINE}${path}`, { bytes: found.bytes, executable: true });
      this.notes.add(
        file,
        1,
        `This script ran by itself. Now it lies at \`${path}\`, and the learner types it. Better: put what it makes into files/${MACHINE}/.`,
      );
      this.typed.push({ run: `bash ${path}`, page: id });
      return [
        flow("Note", { title: "Prepare the machine" }, [
          { type: "paragraph", children: [{ type: "text", value: "Run this first:" }] },
          { type: "code", lang: "console", value: `$ bash ${path}` },
        ]),
      ];
    });
  }

  private task(step: Page, id: string, title: string): void {
    if (step.hint !== undefined)
      this.notes.add(
        resolve(this.index, step.hint),
        1,
        `The hints of “${title}” come from a script. Write them as \`hints:\` of the task \`${id}\`.`,
      );
    if (step.verify === undefined) {
      this.note(`The step “${title}” has no check, so it became text. Make it a task when something of it can be looked at.`);
      return;
    }
    const file = resolve(this.index, step.verify);
    const source = this.tree.text(file);
    if (source === undefined) {
      this.note(`There is no file \`${step.verify}\`.`);
      return;
    }
    const shebang = /^#!.*?(\w+)\s*$/m.exec(source.split("\n", 1)[0] ?? "")?.[1];
    if (shebang !== undefined && !["bash", "sh"].includes(shebang)) {
      this.notes.add(file, 1, `The check is written for \`${shebang}\`; the draft runs it with bash, which can't work. Write it anew.`);
    }
    if (/\/opt\/katacoda|\bsolver\b/.test(source))
      this.notes.add(file, 1, "The check calls programs of the other platform. Write it anew.");
    // Katacoda's older scripts say "done" when all is well; elsewhere the status counts.
    const saysDone = /echo\s+["']?done["']?/.test(source);
    const network = /\b(curl|wget|nc|ssh|kubectl|ping|dig)\b/.test(source);
    this.nodes.push(flow("Task", { id }, []));
    this.tasks.push({
      id,
      title,
      ...(this.tasks.length > 0 ? { needs: [this.tasks.at(-1)?.id ?? ""] } : {}),
      checks: [
        {
          id: "verify",
          run: source.replace(/^#!.*\n/, "").trim() || "false",
          ...(saysDone ? { exit: "any", stdout: { contains: "done" } } : {}),
          ...(network ? { network: true } : {}),
          because: "The check of this step says that it is not done yet: {found}.",
          next: "Read the step once more, from its beginning.",
        },
      ],
    });
    this.notes.add(
      file,
      1,
      `The check of “${title}” runs in a throw-away copy of the machine: it must only look. Say in \`because\` and \`next\` what is wrong and what to try.`,
    );
  }

  private placeholder(): void {
    const id = "finish";
    this.nodes.push(flow("Task", { id }, []));
    this.note("No step has a check. The draft has one task whose check always fails: write what must be true at the end.");
    this.tasks.push({
      id,
      title: "Do what the text says",
      checks: [{ id: "to-write", run: "false", because: "This draft has no check yet.", next: "Its author must write one in lab.yaml." }],
    });
  }

  private assets(): void {
    for (const [host, assets] of Object.entries(this.scenario.details.assets ?? {})) {
      if (host !== MACHINE && host !== "client") {
        this.note(
          `The assets of \`${host}\` are not carried over: the draft has one machine. Add another to lab.yaml, and the files below files/${host}/.`,
        );
        continue;
      }
      for (const { file, target = "/root", chmod } of assets) this.asset(file, target, chmod);
    }
  }

  private asset(pattern: string, target: string, chmod: string | undefined): void {
    const base = this.folder === "" ? "assets" : `${this.folder}/assets`;
    const wanted = new AssetPattern(pattern);
    const matches = this.tree.below(base).filter((path) => wanted.matches(path));
    if (matches.length === 0) this.note(`There is no asset \`${pattern}\`.`);
    const folder = target.replace(/^~(?=\/|$)/, "/root").replace(/\/+$/, "");
    if (!folder.startsWith("/") || folder.split("/").includes("..")) {
      this.note(`The asset \`${pattern}\` goes to \`${target}\`, which is no absolute path.`);
      return;
    }
    for (const path of matches) {
      const found = this.tree.files.get(`${base}/${path}`);
      if (found !== undefined)
        this.files.set(`${MACHINE}${folder}/${wanted.placeOf(path)}`, {
          bytes: found.bytes,
          executable: chmod?.includes("x") === true || found.executable,
        });
    }
  }

  private note(message: string): void {
    this.notes.add(this.index, 1, message);
  }
}
