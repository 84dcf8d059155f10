/** The server's end of a forwarded connection (ssh(1), -L): connects to where the client wants, from the server. */
import type { Process } from "../../kernel/types.ts";
import { codeOf, reason } from "../core/errors.ts";
import { type Connection, NotSsh } from "./connection.ts";

export async function forward(
  self: Process,
  connection: Connection,
  allowed: boolean,
  to: { host: string; port: number },
): Promise<number> {
  const refuse = async (why: string) => {
    await connection.send({ kind: "no-forward", reason: why });
    connection.close();
    return 1;
  };
  if (!allowed) return refuse("administratively prohibited: open failed");
  const [address] = self.machine.network.resolve(to.host);
  if (address === undefined) return refuse("connect failed: Name or service not known");
  try {
    const socket = await self.machine.network.connect(address, to.port, self.ended);
    await connection.send({ kind: "forwarding" });
    const back = (async () => {
      for (let bytes = await socket.read(65536, self.ended); bytes.length > 0; bytes = await socket.read(65536, self.ended))
        await connection.sendData(bytes);
      await connection.send({ kind: "end-of-input" });
    })();
    back.catch(() => undefined);
    try {
      for (let frame = await connection.receive(); frame !== undefined; frame = await connection.receive()) {
        if (frame.kind === "data") await socket.write(frame.bytes, self.ended);
        else if (frame.message.kind === "end-of-input") socket.shutdown("write");
      }
    } finally {
      socket.release();
    }
    return 0;
  } catch (error) {
    if (error instanceof NotSsh) return 0;
    if (codeOf(error) === undefined) throw error;
    return refuse(`connect failed: ${reason(error)}`).catch(() => 1);
  }
}
