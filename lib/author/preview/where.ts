import { readFileSync } from "node:fs";
import { join } from "node:path";
import * as z from "zod";

/** Where a preview tells which content it shows; `{"content": "/home/ann/slipway/content"}`. */
export const ABOUT = "/__preview/about.json";

/** A preview that runs already. Next's development server runs once in a folder, and shows every lesson of its content. */
export interface RunningPreview {
  /** Of the site, without a path. */
  readonly address: string;
  /** The folder whose lessons it shows. */
  readonly content: string;
}

const lockSchema = z.object({ appUrl: z.string().regex(/^http:\/\/[a-z0-9.:-]+$/) });
const aboutSchema = z.object({ content: z.string() });

/** How long a preview may take to say that it is there, in milliseconds: its first pages are made by the same process. */
const MOST_SILENCE_MS = 5000;

/** The preview of this repository that runs, by the file that Next's development server leaves in `distDir` while it does. */
export async function runningPreview(distDir: string): Promise<RunningPreview | undefined> {
  try {
    const { appUrl: address } = lockSchema.parse(JSON.parse(readFileSync(join(distDir, "dev/lock"), "utf8")));
    const answer = await fetch(address + ABOUT, { signal: AbortSignal.timeout(MOST_SILENCE_MS) });
    return { address, content: aboutSchema.parse(await answer.json()).content };
  } catch {
    // No such file, one that was left behind, or somebody else who listens there by now.
    return undefined;
  }
}
