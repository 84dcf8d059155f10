/** Calls on terminals (abi.ts: TCGETATTR … TTYNAME). */
import { OP } from "../abi.ts";
import { KernelError } from "../errno.ts";
import type { TermSettings, Tty } from "../types.ts";
import { bytesOf, type Call, done, type Handler, int32, json, text } from "./call.ts";
import { fileOf } from "./handles.ts";

function ttyOf(call: Call): Tty {
  const { tty } = fileOf(call, "ioctl");
  if (tty === undefined) throw new KernelError("ENOTTY", "ioctl");
  return tty;
}

const settingNames = ["canonical", "echo", "signals", "outputProcessing", "crToNl"] as const;

export const terminalCalls: readonly (readonly [number, Handler])[] = [
  [OP.TCGETATTR, (call) => json(ttyOf(call).settings)],
  [
    OP.TCSETATTR,
    (call) => {
      const tty = ttyOf(call);
      const wanted = JSON.parse(text(call.data)) as Partial<TermSettings>;
      const settings: Record<string, boolean> = { ...tty.settings };
      for (const name of settingNames) if (typeof wanted[name] === "boolean") settings[name] = wanted[name];
      tty.settings = { ...tty.settings, ...settings };
      return done;
    },
  ],
  [OP.WINSIZE, (call) => ({ result: 0, data: int32(ttyOf(call).columns, ttyOf(call).rows) })],
  [OP.TTYWAITING, (call) => ({ result: ttyOf(call).waitingBytes })],
  [OP.TCGETPGRP, (call) => ({ result: ttyOf(call).foregroundGroup })],
  [
    OP.TCSETPGRP,
    (call) => {
      const tty = ttyOf(call);
      if (tty.sessionId !== call.process.sid) throw new KernelError("ENOTTY", "tcsetpgrp");
      tty.foregroundGroup = call.args[1] ?? 0;
      return done;
    },
  ],
  [OP.TTYNAME, (call) => ({ result: 0, data: bytesOf(ttyOf(call).name) })],
];
