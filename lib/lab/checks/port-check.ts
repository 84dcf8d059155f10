import type { Machine } from "../../kernel/types.ts";
import type { PortCheck } from "../types.ts";
import { programNames, runs } from "./program-names.ts";
import type { Verdict } from "./verdict.ts";

/** Looks at who listens on a port, and at whether packets of another machine would come through. Nothing is sent. */
export function checkPort(check: PortCheck, machine: Machine, machineNamed: (name: string) => Machine): Verdict {
  const expected = describePort(check);
  const fail = (found: string): Verdict => ({ status: "fail", expected, found });
  const pass: Verdict = { status: "pass", expected, found: expected };
  const there = machine.network.listening().filter(({ port }) => port === check.port);
  const reach = check.reach;
  if (there.length === 0) {
    // What nobody listens on is out of reach too.
    const holds = !check.listening || (reach?.reachable === false && check.address === undefined && check.process === undefined);
    return holds ? pass : fail(`nothing listens on port ${check.port} of ${check.on}`);
  }
  const holder = nameOf(machine, there[0]?.pid);
  if (!check.listening) return fail(`${holder} listens on port ${check.port}`);
  if (check.address !== undefined && !there.some(({ address }) => address === check.address)) {
    return fail(`${holder} listens on ${[...new Set(there.map(({ address, port }) => `${address}:${port}`))].join(", ")}`);
  }
  const { process } = check;
  if (process !== undefined && !there.some(({ pid }) => isProgram(machine, pid, process))) {
    return fail(`${holder} listens on port ${check.port}`);
  }
  if (reach === undefined) return pass;
  const meets = machineNamed(reach.from).network.trace(machine.network.address, check.port);
  if ((meets === "listener") === reach.reachable) return pass;
  const found = {
    listener: `${reach.from} gets through to port ${check.port} of ${check.on}`,
    refused: `${reach.from} is refused at port ${check.port} of ${check.on}`,
    dropped: `packets from ${reach.from} to port ${check.port} of ${check.on} are lost: a firewall drops them`,
    unreachable: `${reach.from} has no way to ${check.on}`,
  };
  return fail(found[meets]);
}

function describePort({ port, on, listening, address, process, reach }: PortCheck): string {
  if (!listening) return `nothing listens on port ${port} of ${on}`;
  if (reach !== undefined && !reach.reachable && address === undefined && process === undefined)
    return `port ${port} of ${on} out of reach of ${reach.from}`;
  const where = address === undefined ? `port ${port} of ${on}` : `${address}:${port} of ${on}`;
  const who = `${process ?? "something"} listens on ${where}`;
  if (reach === undefined) return who;
  return `${who}, ${reach.reachable ? "and" : "out of reach of"} ${reach.from}${reach.reachable ? " gets through" : ""}`;
}

function isProgram(machine: Machine, pid: number | undefined, name: string): boolean {
  const process = pid === undefined ? undefined : machine.processes().find((each) => each.pid === pid);
  return process !== undefined && runs(process, name);
}

function nameOf(machine: Machine, pid: number | undefined): string {
  const process = machine.processes().find((each) => each.pid === pid);
  return process === undefined ? "something" : (programNames(process).at(-1) ?? "something");
}
