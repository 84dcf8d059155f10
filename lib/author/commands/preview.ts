import { join } from "node:path";
import { root } from "../../build/requirements.mjs";
import { LessonFolders } from "../../content/lesson-folders.ts";
import { contentRoot } from "../../content/load.ts";
import { didYouMean } from "../../lab/definition/nearest.ts";
import { freePort, isFree } from "../../server/ports.ts";
import { readSettings, type Settings } from "../../server/settings.ts";
import { badUsage, CommandError, EXIT, note, print } from "../output.ts";
import { runningPreview } from "../preview/where.ts";

const usage = "Usage: npm run -s lab -- preview [lesson id], like: npm run -s lab -- preview foundations/my-lesson";

/** `lab preview [lesson]`: the site in development; what is saved shows at once. Ends with Ctrl-C. */
export async function preview(args: readonly string[]): Promise<void> {
  const [lesson, ...rest] = args;
  if (rest.length > 0 || lesson?.startsWith("-")) throw badUsage(usage);
  const path = lesson === undefined ? undefined : pathOf(lesson);
  const running = await runningPreview(join(root, ".next"));
  if (running !== undefined && running.content !== contentRoot()) {
    throw new CommandError(
      `A preview of ${running.content} runs already, at ${running.address}. There can be one at a time: stop it with Ctrl-C in its terminal.`,
      EXIT.failed,
    );
  }
  if (running !== undefined) {
    print("A preview runs already, and shows every lesson.");
    tell(running.address, path);
    return;
  }
  const settings = await whereToListen();
  note(`Starting the preview of ${contentRoot()} …`);
  const { servePreview } = await import("../preview/serve-preview.ts");
  const { address } = await servePreview(settings);
  tell(address, path);
  print("The first page takes a while, since the development server makes it now. Ctrl-C stops the preview.");
  await new Promise<void>((resolve) => {
    process.once("SIGINT", resolve);
    process.once("SIGTERM", resolve);
  });
  // Next's own workers and watchers would keep the process.
  process.exit(0);
}

function tell(address: string, path: string | undefined): void {
  if (path !== undefined) print(`Open ${address}/preview/${path}/ and save a file: the page follows.`);
  else {
    print("Open one of these, and save a file: the page follows.");
    for (const folder of new LessonFolders(contentRoot()).all()) print(`  ${address}/preview/${folder}/`);
  }
}

/** PORT where it is given; else 3000, or the next one that is free: the site itself may be served there. */
async function whereToListen(): Promise<Settings> {
  const settings = read();
  const host = settings.host ?? "localhost";
  if (process.env.PORT === undefined) {
    const port = await freePort(settings.port, host);
    if (port === settings.port) return settings;
    note(`Port ${settings.port} is in use; this takes ${port}.`);
    return readSettings({ ...process.env, PORT: String(port) });
  }
  if (await isFree(settings.port, host)) return settings;
  const other = await freePort(settings.port + 1, host);
  throw new CommandError(
    `Port ${settings.port} is in use. Stop what uses it, or choose another: PORT=${other} npm run -s lab -- preview`,
    EXIT.failed,
  );
}

function read(): Settings {
  try {
    return readSettings(process.env);
  } catch (error) {
    throw badUsage(error instanceof Error ? error.message : String(error));
  }
}

/** The folder of a lesson, named by its id or by that folder; it may be broken. */
function pathOf(lesson: string): string {
  const places = new LessonFolders(contentRoot());
  const found = places.ofId(lesson) ?? (places.has(lesson) ? lesson : undefined);
  if (found !== undefined) return found;
  throw badUsage(`There is no lesson \`${lesson}\`. ${didYouMean(lesson, places.all())}`);
}
