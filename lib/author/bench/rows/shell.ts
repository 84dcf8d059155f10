/** Rows of shell, programs and machines, beside bash and GNU. */
import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import type { Row } from "../figures.ts";
import { FIND, filePath, fileText, GREP, LOOP, TREE } from "../measure/shell.ts";
import { inTemporaryFolder, timeNative } from "../native.ts";
import { type Measure, type RowGroup, rowOf } from "../row-maker.ts";

const bash = (times: number, script: string, cwd?: string) => timeNative(times, "bash", ["-c", script], { cwd });

export const shellRows: RowGroup = async (measure) => {
  const loop = await measure("loop");
  const small = await measure("smallCommand");
  const start = await measure("shellStart");
  const machines = await measure("machines");
  const none = "no rival: a real machine takes seconds";
  return [
    rowOf(loop, {
      what: "shell loop of 20,000 iterations",
      sample: "ms",
      unit: "ms",
      rival: "bash -c",
      rivalSamples: bash(5, LOOP),
      target: { bound: "at most", value: 300, of: "median" },
    }),
    rowOf(small, {
      what: "Enter to output of a builtin (echo)",
      sample: "builtin",
      unit: "ms",
      rival: "no rival: bash needs a terminal program",
      target: { bound: "at most", value: 16, of: "median" },
    }),
    rowOf(small, {
      what: "Enter to output of a program (cat)",
      sample: "program",
      unit: "ms",
      rival: "bash -c 'cat …', start of bash included",
      rivalSamples: bash(20, "cat /etc/hostname; :"),
      target: { bound: "at most", value: 16, of: "median" },
    }),
    rowOf(start, {
      what: "start of a login shell, to its prompt",
      sample: "ms",
      unit: "ms",
      rival: "bash -lc true",
      rivalSamples: timeNative(10, "bash", ["-lc", "true"]),
    }),
    ...(await treeRows(measure)),
    rowOf(machines, { what: "start of a world of one machine", sample: "one", unit: "ms", rival: none }),
    rowOf(machines, {
      what: "start of a world of 50 machines",
      sample: "fifty",
      unit: "ms",
      rival: none,
      target: { bound: "at most", value: 2000, of: "median" },
    }),
    rowOf(machines, {
      what: "memory that 50 machines take",
      sample: "fiftyMegabytes",
      unit: "MB",
      rival: none,
      target: { bound: "at most", value: 200, of: "median" },
    }),
  ];
};

async function treeRows(measure: Measure): Promise<Row[]> {
  const find = await measure("find");
  const grep = await measure("grep");
  return inTemporaryFolder(async (folder) => {
    for (let index = 0; index < TREE.files; index++) {
      const path = join(folder, filePath(index));
      mkdirSync(dirname(path), { recursive: true });
      writeFileSync(path, fileText(index));
    }
    const count = TREE.files.toLocaleString("en-US");
    return [
      rowOf(find, { what: `find over ${count} files`, sample: "ms", unit: "ms", rival: "GNU find", rivalSamples: bash(5, FIND, folder) }),
      rowOf(grep, {
        what: `grep -r over ${count} files`,
        sample: "ms",
        unit: "ms",
        rival: "GNU grep",
        rivalSamples: bash(5, GREP, folder),
      }),
    ];
  });
}
