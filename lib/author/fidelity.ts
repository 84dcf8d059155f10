import { readFileSync } from "node:fs";
import { imageNames } from "../content/load.ts";
import { didYouMean } from "../lab/definition/nearest.ts";
import type { ScriptResult } from "./engine/protocol.ts";
import { EngineProcess } from "./engine-process.ts";
import { badUsage, CommandError, EXIT, note, print } from "./output.ts";

/** `npm run -s fidelity -- FILE.json [--image NAME] [--json]`: how much of what real bash says ours says too. */

interface Case {
  readonly name: string;
  readonly script: string;
  readonly stdout: string;
  readonly stderr: string;
  readonly exitCode: number;
}

const usage = "Usage: npm run -s fidelity -- FILE.json [--image NAME] [--json]";
const SIDE_BY_SIDE = 2;

async function main(args: readonly string[]): Promise<number> {
  const { file, image, json } = readArguments(args);
  const cases = readCases(file);
  const found = await runAll(cases, image);
  const compared = cases.map((each, index) => compare(each, found[index]));
  if (json) {
    print(JSON.stringify({ cases: compared }));
    return EXIT.ok;
  }
  for (const [index, each] of compared.entries()) {
    if (each.stdoutMatches && each.exitCodeMatches) continue;
    const wanted = cases[index];
    const got = found[index];
    print(`differs: ${each.name}`);
    print(`    bash: status ${wanted?.exitCode} ${JSON.stringify(wanted?.stdout)} ${JSON.stringify(wanted?.stderr)}`);
    print(
      `    ours: ${got instanceof Error ? got.message : `status ${got?.exitCode} ${JSON.stringify(got?.stdout)} ${JSON.stringify(got?.stderr)}`}`,
    );
  }
  const matching = compared.filter((each) => each.stdoutMatches && each.exitCodeMatches).length;
  const errors = compared.filter((each) => each.stderrMatches).length;
  print(
    `${matching} of ${cases.length} match in output and exit status (${percent(matching, cases.length)}), ${errors} in what they say on stderr.`,
  );
  return EXIT.ok;
}

function readArguments(args: readonly string[]): { file: string; image: string; json: boolean } {
  let file: string | undefined;
  let image = "python";
  let json = false;
  for (let index = 0; index < args.length; index++) {
    const arg = args[index] ?? "";
    if (arg === "--json") json = true;
    else if (arg === "--image") image = args[++index] ?? "";
    else if (arg.startsWith("-")) throw badUsage(`Unknown option ${arg}. ${usage}`);
    else if (file === undefined) file = arg;
    else throw badUsage(usage);
  }
  if (file === undefined) throw badUsage(usage);
  if (!imageNames.includes(image)) throw badUsage(`There is no image \`${image}\`. ${didYouMean(image, imageNames)}`);
  return { file, image, json };
}

function readCases(file: string): Case[] {
  let value: unknown;
  try {
    value = JSON.parse(readFileSync(file, "utf8"));
  } catch (error) {
    throw badUsage(`${file} can't be read as JSON: ${error instanceof Error ? error.message : String(error)}`);
  }
  if (!Array.isArray(value) || !value.every(isCase)) {
    throw badUsage(`${file}: a list of {"name", "script", "stdout", "stderr", "exitCode"} is wanted.`);
  }
  return value;
}

function isCase(value: unknown): value is Case {
  return (
    typeof value === "object" &&
    value !== null &&
    "name" in value &&
    "script" in value &&
    typeof value.script === "string" &&
    "stdout" in value &&
    typeof value.stdout === "string" &&
    "exitCode" in value &&
    typeof value.exitCode === "number"
  );
}

async function runAll(cases: readonly Case[], image: string): Promise<(ScriptResult | Error)[]> {
  const results: (ScriptResult | Error)[] = [];
  const waiting = [...cases.entries()];
  const work = async (): Promise<void> => {
    let engine = new EngineProcess();
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
      const [index, { script }] = next;
      try {
        results[index] = await engine.script(image, script);
      } catch (error) {
        results[index] = error instanceof Error ? error : new Error(String(error));
        engine.stop();
        engine = new EngineProcess();
      }
    }
    engine.stop();
  };
  await Promise.all(Array.from({ length: Math.min(SIDE_BY_SIDE, cases.length) }, work));
  return results;
}

function compare(wanted: Case, got: ScriptResult | Error | undefined) {
  const result = got instanceof Error ? undefined : got;
  return {
    name: wanted.name,
    stdoutMatches: result?.stdout === wanted.stdout,
    exitCodeMatches: result?.exitCode === wanted.exitCode,
    stderrMatches: result?.stderr === (wanted.stderr ?? ""),
  };
}

function percent(part: number, whole: number): string {
  return `${whole === 0 ? 0 : ((100 * part) / whole).toFixed(1)} %`;
}

try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  if (!(error instanceof CommandError)) throw error;
  note(error.message);
  process.exitCode = error.status;
}
