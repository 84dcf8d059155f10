/** Forwarding of local ports (ssh(1), -L): what connects here goes on from the server. Each connection is one of ssh's own here. */
import type { Process, StreamSocket } from "../../kernel/types.ts";
import { codeOf, Failure, reason } from "../core/errors.ts";
import { connectTo, type Debug } from "./client.ts";
import type { ClientSettings } from "./client-settings.ts";
import { NotSsh } from "./connection.ts";
import { SshFailure } from "./failure.ts";

export interface LocalForward {
  readonly bind: string;
  readonly port: number;
  readonly host: string;
  readonly hostPort: number;
}

/** `[bind:]port:host:hostport`, or `port host:hostport` of the configuration file. Throws Failure. */
export function parseForward(text: string): LocalForward {
  const parts = text.trim().replace(/\s+/, ":").split(":");
  const [bind, port, host, hostPort] = parts.length === 3 ? ["localhost", ...parts] : parts;
  if (parts.length < 3 || parts.length > 4 || !/^\d+$/.test(port ?? "") || !/^\d+$/.test(hostPort ?? "") || host === "")
    throw new Failure(`Bad local forwarding specification '${text}'`, 255);
  return { bind: bind ?? "localhost", port: Number(port), host: host ?? "", hostPort: Number(hostPort) };
}

/** Listens on all of them, as long as the process lives. */
export async function forwardPorts(
  self: Process,
  host: string,
  settings: ClientSettings,
  forwards: readonly LocalForward[],
  debug: Debug,
): Promise<void> {
  for (const each of forwards) {
    const address = each.bind === "*" || each.bind === "" ? "0.0.0.0" : (self.machine.network.resolve(each.bind)[0] ?? "127.0.0.1");
    const listener = self.machine.network.socket();
    try {
      listener.bind(address, each.port, self.credentials);
      listener.listenerPid = self.pid;
      listener.listen(128);
    } catch (error) {
      if (codeOf(error) === undefined) throw error;
      listener.release();
      await self.error(
        `bind [${address}]:${each.port}: ${reason(error)}\r\nchannel_setup_fwd_listener_tcpip: cannot listen to port: ${each.port}\r\nCould not request local forwarding.\r\n`,
      );
      continue;
    }
    self.fds.add(listener, 3);
    listener.release();
    await debug(`Local forwarding listening on ${address} port ${each.port}.`);
    void acceptAll(self, listener, host, settings, each);
  }
}

async function acceptAll(self: Process, listener: StreamSocket, host: string, settings: ClientSettings, to: LocalForward): Promise<void> {
  try {
    for (;;) void carry(self, await listener.accept(self.ended), host, { ...settings, batchMode: true }, to);
  } catch {
    // The process is over.
  }
}

async function carry(self: Process, socket: StreamSocket, host: string, settings: ClientSettings, to: LocalForward): Promise<void> {
  try {
    const { connection } = await connectTo(self, host, settings, async () => undefined);
    try {
      await connection.send({ kind: "forward", host: to.host, port: to.hostPort });
      const answer = await connection.receiveMessage();
      if (answer.kind !== "forwarding") {
        const why = answer.kind === "no-forward" ? answer.reason : "unknown error";
        await self.error(`channel 2: open failed: ${why}\r\n`);
        return;
      }
      const out = (async () => {
        for (let bytes = await socket.read(65536, self.ended); bytes.length > 0; bytes = await socket.read(65536, self.ended))
          await connection.sendData(bytes);
        await connection.send({ kind: "end-of-input" });
      })();
      out.catch(() => undefined);
      for (let frame = await connection.receive(); frame !== undefined; frame = await connection.receive()) {
        if (frame.kind === "data") await socket.write(frame.bytes, self.ended);
        else if (frame.message.kind === "end-of-input") break;
      }
    } finally {
      connection.close();
    }
  } catch (error) {
    if (!(error instanceof SshFailure) && !(error instanceof NotSsh) && codeOf(error) === undefined && !self.ended.aborted) throw error;
  } finally {
    socket.release();
  }
}
