import { expect, it } from "vitest";
import { CONTROL, CONTROL_BYTES, DATA_BYTES, OP } from "../../../kernel/abi.ts";
import { WorldFiles } from "../../../kernel/files/world-files.ts";
import { SyscallClient } from "../../../kernel/syscall-client.ts";
import { Memory } from "./memory.ts";
import { processCalls } from "./process-calls.ts";
import { ProcessState } from "./process-state.ts";

it("a signal that comes right behind the kernel's word that there is none is asked for, too", () => {
  const control = new SharedArrayBuffer(CONTROL_BYTES + DATA_BYTES);
  const words = new Int32Array(control, 0, CONTROL_BYTES / 4);
  const pending = [15];
  /** What happens between the kernel's answer and the moment in which the worker goes on. */
  let afterwards: number[] = [];
  const client = new SyscallClient({
    control,
    bell: false,
    post: () => {
      words[CONTROL.RESULT] = words[CONTROL.OP] === OP.TAKE_SIGNAL ? (pending.shift() ?? 0) : 0;
      const come = words[CONTROL.RESULT] === 0 ? afterwards.splice(0) : [];
      pending.push(...come);
      if (come.length > 0) Atomics.add(words, CONTROL.SIGNALS, 1);
      Atomics.store(words, CONTROL.STATE, 2);
    },
    onSignals: () => {
      state.signalsPending = true;
    },
  });
  const files = new WorldFiles();
  const state = new ProcessState(
    {
      kind: "exec",
      pid: 7,
      ppid: 1,
      argv: [],
      path: "",
      env: {},
      cwd: "/",
      umask: 0o022,
      credentials: { uid: 0, gid: 0, groups: [0] },
      rootInode: files.createTree(),
      fds: {},
      ignored: [],
      hostname: "laptop",
      engine: undefined,
    },
    client,
    new Memory(new WebAssembly.Memory({ initial: 1 })),
    files.shared,
  );
  const asked = processCalls({
    state: () => state,
    clock: { milliseconds: () => 0, processMilliseconds: () => 0 },
    allocate: () => 0,
    finish: () => true,
    environment: () => ({}),
    fork: () => 0,
    sockets: {},
  })._Py_CheckEmscriptenSignals_Helper;
  expect(asked?.()).toBe(15);
  afterwards = [1];
  expect(asked?.()).toBe(0);
  expect(asked?.()).toBe(1);
  expect([asked?.(), asked?.()]).toEqual([0, 0]);
});
