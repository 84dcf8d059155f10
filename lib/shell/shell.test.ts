import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { killAll, runScript, shellWorld } from "./testing.ts";

let world: Awaited<ReturnType<typeof shellWorld>>;
beforeAll(async () => {
  world = await shellWorld();
});
afterAll(() => world.kernel.shutdown());

const run = (script: string) => runScript(world.machine, script);

describe("a shell that runs a script", () => {
  it("expands, loops and pipes", async () => {
    const result = await run('x=3; for i in 1 2 "$x"; do echo "$i-$((i * 2))"; done | cat; echo $(echo a b)');
    expect(result).toEqual({ stdout: "1-2\n2-4\n3-6\na b\n", stderr: "", status: 0 });
  });

  it("says which command was not found, on which line, and ends with the last status", async () => {
    const result = await run("echo ok\nnosuch\n");
    expect(result).toEqual({ stdout: "ok\n", stderr: "bash: line 2: nosuch: command not found\n", status: 127 });
  });

  it("runs what stands before a syntax error, then says where the error is", async () => {
    const result = await run("echo ok\nif then; fi\n");
    expect(result.stdout).toBe("ok\n");
    expect(result.stderr).toBe("bash: -c: line 2: syntax error near unexpected token `then'\nbash: -c: line 2: `if then; fi'\n");
    expect(result.status).toBe(2);
  });

  it.each([
    "sleep 100",
    "sleep 100 | cat",
    "x=$(sleep 100)",
    "read x < <(sleep 100)",
    "while :; do :; done",
    "(sleep 100; echo) & wait",
    "{ sleep 100; } > /tmp/out",
    "coproc cat; wait",
    "f() { while :; do echo y; done; }; f | cat > /dev/null",
    "f() { (f); }; f",
  ])("lets go of everything when it is killed in: %s", async (script) => {
    const ended = run(script);
    const killer = setInterval(() => killAll(world, new Set()), 10);
    await ended.finally(() => clearInterval(killer));
    expect(world.machine.processes().map((process) => process.pid)).toEqual([1]);
    expect(world.host.logged).toEqual([]);
  });

  it("carries a line of ten megabytes through variables, pipes, files and here-strings", async () => {
    const script =
      // biome-ignore lint/suspicious/noTemplateCurlyInString: the shell's own syntax
      'printf -v x "%10000000s" a; y=$(cat <<< "$x"); echo "${#x} ${#y}"; [[ $x == "$y" ]] && echo same; cat <<< "$x" > /tmp/long; read -r z < /tmp/long; echo "$z"; : > /tmp/long';
    expect(await run(script)).toEqual({ stdout: "10000000 10000000\nsame\na\n", stderr: "", status: 0 });
  });

  it("empties and fills a file thousands of times", async () => {
    const result = await run("for ((i = 0; i < 5000; i++)); do : > /tmp/f; echo $i >> /tmp/f; done; cat /tmp/f");
    expect(result).toEqual({ stdout: "4999\n", stderr: "", status: 0 });
  });

  it("ends endless recursion with a message", async () => {
    const result = await run("f() { f; }; f");
    expect(result.stderr).toContain("maximum function nesting level exceeded");
    expect(result.status).toBe(1);
  });
});
