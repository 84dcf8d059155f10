import { BenchTerminal, type CommandTimes, openTerminal } from "./bench-terminal.ts";
import { bareWorld, type Measurement, NotMeasured, repeat } from "./measurement.ts";

/** The loop of the row "shell loop of 20,000 iterations"; bash runs the very same text. */
export const LOOP = "i=0; while [ $i -lt 20000 ]; do i=$((i+1)); done; echo $i";
/** The tree that find and grep walk: so many files, in folders of a hundred. */
export const TREE = { files: 5000, perFolder: 100, line: "every hundredth file holds a needle" } as const;
export const FIND = "find tree -name '*7.txt' | wc -l";
export const GREP = "grep -r needle-42 tree | wc -l";

/** Text of file number `index`: some forty lines, about as long as a source file of a small project. */
export function fileText(index: number): string {
  return `${TREE.line}\n`.repeat(40) + (index % 100 === 42 ? "needle-42\n" : "");
}

export function filePath(index: number): string {
  return `tree/${String(Math.floor(index / TREE.perFolder)).padStart(3, "0")}/file-${index}.txt`;
}

function mustSay(times: CommandTimes, expected: string, command: string): CommandTimes {
  if (times.output.trim() !== expected) throw new NotMeasured(`\`${command}\` said: ${times.output.trim().slice(0, 200)}`);
  return times;
}

const loop: Measurement = async (bench) => {
  const world = await bareWorld(bench, "ubuntu");
  const terminal = await BenchTerminal.open(world);
  try {
    return { ms: await repeat(5, 1, async () => mustSay(await terminal.run(LOOP), "20000", "the loop").promptMs) };
  } finally {
    terminal.close();
    world.dispose();
  }
};

const smallCommand: Measurement = async (bench) => {
  const world = await bareWorld(bench, "ubuntu");
  const terminal = await BenchTerminal.open(world);
  try {
    const builtin = await repeat(20, 3, async () => mustSay(await terminal.run("echo hi"), "hi", "echo hi").outputMs ?? Number.NaN);
    const program = await repeat(
      20,
      3,
      async () => mustSay(await terminal.run("cat /etc/hostname"), "machine-1", "cat").outputMs ?? Number.NaN,
    );
    return { builtin, program };
  } finally {
    terminal.close();
    world.dispose();
  }
};

/** From opening a terminal to its prompt. */
const shellStart: Measurement = async (bench) => {
  const world = await bareWorld(bench, "ubuntu");
  try {
    const ms = await repeat(10, 2, async () => {
      const began = performance.now();
      const { terminal, session } = openTerminal(world);
      await terminal.atPrompt();
      const took = performance.now() - began;
      session.dispose();
      return took;
    });
    return { ms };
  } finally {
    world.dispose();
  }
};

/** A command over the tree of files. */
const overTree =
  (command: string, expected: string): Measurement =>
  async (bench) => {
    const world = await bareWorld(bench, "ubuntu");
    const { files } = world.machine("machine-1");
    for (let index = 0; index < TREE.files; index++) {
      const path = `/home/learner/${filePath(index)}`;
      if (index % TREE.perFolder === 0) files.mkdir(path.slice(0, path.lastIndexOf("/")), { recursive: true });
      files.writeFile(path, fileText(index));
    }
    const terminal = await BenchTerminal.open(world);
    try {
      return { ms: await repeat(5, 1, async () => mustSay(await terminal.run(command), expected, command).promptMs) };
    } finally {
      terminal.close();
      world.dispose();
    }
  };

/** Worlds of one and of fifty machines, from nothing to machines that can be logged in to. */
const machines: Measurement = async (bench) => {
  const start = (count: number) => async () => {
    const began = performance.now();
    const world = await bareWorld(bench, "ubuntu", { machines: count });
    const took = performance.now() - began;
    world.dispose();
    return took;
  };
  const one = await repeat(10, 2, start(1));
  const before = process.memoryUsage().rss;
  const fiftyMegabytes: number[] = [];
  const fifty = await repeat(5, 1, async () => {
    const began = performance.now();
    const world = await bareWorld(bench, "ubuntu", { machines: 50 });
    const took = performance.now() - began;
    fiftyMegabytes.push((process.memoryUsage().rss - before) / 1e6);
    world.dispose();
    return took;
  });
  return { one, fifty, fiftyMegabytes };
};

export const shellMeasurements: Readonly<Record<string, Measurement>> = {
  loop,
  smallCommand,
  shellStart,
  find: overTree(FIND, "500"),
  grep: overTree(GREP, "50"),
  machines,
};
