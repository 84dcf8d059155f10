/** Signals: Linux's numbers and default actions (signal(7)). */
import type { SignalName } from "./types.ts";

/** Numbers as on x86-64. */
export const signalNumbers: Readonly<Record<SignalName, number>> = {
  SIGHUP: 1,
  SIGINT: 2,
  SIGQUIT: 3,
  SIGILL: 4,
  SIGTRAP: 5,
  SIGABRT: 6,
  SIGBUS: 7,
  SIGFPE: 8,
  SIGKILL: 9,
  SIGUSR1: 10,
  SIGSEGV: 11,
  SIGUSR2: 12,
  SIGPIPE: 13,
  SIGALRM: 14,
  SIGTERM: 15,
  SIGCHLD: 17,
  SIGCONT: 18,
  SIGSTOP: 19,
  SIGTSTP: 20,
  SIGTTIN: 21,
  SIGTTOU: 22,
  SIGWINCH: 28,
};

export const signalNames = Object.keys(signalNumbers) as SignalName[];

const byNumber = new Map(signalNames.map((name) => [signalNumbers[name], name]));

/** The signal with that number, or undefined when there is none that the kernel knows. */
export function signalName(number: number): SignalName | undefined {
  return byNumber.get(number);
}

export type DefaultAction = "terminate" | "stop" | "continue" | "ignore";

const notFatal: Partial<Record<SignalName, DefaultAction>> = {
  SIGCHLD: "ignore",
  SIGWINCH: "ignore",
  SIGCONT: "continue",
  SIGSTOP: "stop",
  SIGTSTP: "stop",
  SIGTTIN: "stop",
  SIGTTOU: "stop",
};

/** What a signal does to a process that neither handles nor ignores it. */
export function defaultAction(signal: SignalName): DefaultAction {
  return notFatal[signal] ?? "terminate";
}

/** SIGKILL and SIGSTOP can be neither handled nor ignored. */
export function canBeCaught(signal: SignalName): boolean {
  return signal !== "SIGKILL" && signal !== "SIGSTOP";
}
