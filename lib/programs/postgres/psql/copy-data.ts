/** The data of COPY, between the server and where psql reads and writes. */
import { encode } from "../../core/io.ts";
import type { Connection } from "../wire/connection.ts";
import type { Sink } from "./output.ts";
import { promptText } from "./prompt.ts";
import type { Session } from "./session.ts";
import { inputSource, type Source } from "./source.ts";

const CHUNK = 64 * 1024;

/**
 * COPY FROM STDIN: lines of the source up to `\.` or its end. `source`: for \copy from elsewhere; then `\.` is looked for only where
 * `marked`.
 */
export async function copyIn(
  session: Session,
  connection: Connection,
  source: Source = session.source ?? inputSource(session.standardInput),
  marked = true,
): Promise<void> {
  if (source.isInteractive && !session.quiet)
    await session.print(
      "Enter data to be copied followed by a newline.\nEnd with a backslash and a period on a line by itself, or an EOF signal.\n",
    );
  let text = "";
  const own = source === session.source;
  for (;;) {
    const line = await source.data(() => promptText(session, "copy", ""));
    if (line === undefined) break;
    if (own) session.lineNumber++;
    if (marked && (line === "\\.\n" || line === "\\." || line === "\\.\r\n")) break;
    text += line;
    if (text.length >= CHUNK || source.isInteractive) {
      await connection.copyData(encode(text));
      text = "";
    }
    if (session.cancelPressed) {
      await connection.copyFail("canceled by user");
      return;
    }
  }
  if (text !== "") await connection.copyData(encode(text));
  await connection.copyDone();
}

export async function copyOut(connection: Connection, sink: Sink): Promise<void> {
  let parts: Uint8Array[] = [];
  let size = 0;
  const flush = async () => {
    const whole = new Uint8Array(size);
    let at = 0;
    for (const part of parts) {
      whole.set(part, at);
      at += part.length;
    }
    parts = [];
    size = 0;
    await sink.write(whole);
  };
  for (let bytes = await connection.copyRead(); bytes !== undefined; bytes = await connection.copyRead()) {
    parts.push(bytes);
    size += bytes.length;
    if (size >= CHUNK) await flush();
  }
  if (size > 0) await flush();
}
