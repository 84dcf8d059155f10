/** Signal names and numbers (signal(7), x86). */
import type { SignalName } from "../../kernel/types.ts";

export const SIGNALS: readonly { readonly name: SignalName; readonly number: number }[] = [
  { name: "SIGHUP", number: 1 },
  { name: "SIGINT", number: 2 },
  { name: "SIGQUIT", number: 3 },
  { name: "SIGILL", number: 4 },
  { name: "SIGTRAP", number: 5 },
  { name: "SIGABRT", number: 6 },
  { name: "SIGBUS", number: 7 },
  { name: "SIGFPE", number: 8 },
  { name: "SIGKILL", number: 9 },
  { name: "SIGUSR1", number: 10 },
  { name: "SIGSEGV", number: 11 },
  { name: "SIGUSR2", number: 12 },
  { name: "SIGPIPE", number: 13 },
  { name: "SIGALRM", number: 14 },
  { name: "SIGTERM", number: 15 },
  { name: "SIGCHLD", number: 17 },
  { name: "SIGCONT", number: 18 },
  { name: "SIGSTOP", number: 19 },
  { name: "SIGTSTP", number: 20 },
  { name: "SIGTTIN", number: 21 },
  { name: "SIGTTOU", number: 22 },
  { name: "SIGWINCH", number: 28 },
];

/** "9", "KILL", "SIGKILL", "sigkill" → "SIGKILL"; undefined when there is no such signal. */
export function signalByName(text: string): SignalName | undefined {
  const upper = text.toUpperCase();
  return SIGNALS.find(({ name, number }) => String(number) === text || name === upper || name.slice(3) === upper)?.name;
}
