import type { Machine } from "../../kernel/types.ts";

/**
 * The machine on which something listens on the port of an address that was refused, if only at loopback addresses, which lead nobody there
 * from elsewhere; undefined when nothing listens there. `from`: the machine that asked.
 */
export function ownMachineOnly(machines: Iterable<Machine>, from: Machine, address: string): string | undefined {
  const { hostname, port, protocol } = new URL(address);
  const [resolved] = from.network.resolve(hostname, true);
  if (resolved === undefined) return undefined;
  // Debian's /etc/hosts gives a machine's own name as 127.0.1.1, where a server at 127.0.0.1 does not listen either.
  const asked = resolved.startsWith("127.") ? from : [...machines].find(({ network }) => network.address === resolved);
  const number = port === "" ? (protocol === "https:" ? 443 : 80) : Number(port);
  const listening = asked?.network.listening().filter((each) => each.port === number) ?? [];
  return listening.length > 0 && listening.every((each) => each.address.startsWith("127.")) ? asked?.name : undefined;
}
