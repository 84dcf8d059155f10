import type { WebContainerProcess } from "@webcontainer/api";
import type { LabClient } from "../../../lib/lab/types.ts";

/** What the terminal drives: the part of a WebContainer's process that a terminal needs, so that either kind of machine fits. */
export type TerminalProcess = Pick<WebContainerProcess, "input" | "output" | "exit" | "resize">;

/** A terminal of a lab in that shape. `exit` resolves when the lab has closed it; cancel `output` to let go. */
export function terminalProcess(client: LabClient, id: string): TerminalProcess {
  const decoder = new TextDecoder();
  let acknowledge: (() => void)[] = [];
  let stop: () => void = () => undefined;
  const output = new ReadableStream<string>(
    {
      start(controller) {
        stop = client.onOutput(id, (bytes, done) => {
          acknowledge.push(done);
          controller.enqueue(decoder.decode(bytes, { stream: true }));
        });
      },
      // Asked for more, so what came before has been shown: the lab may send on. Without this, `yes` would fill the memory.
      pull() {
        const shown = acknowledge;
        acknowledge = [];
        for (const done of shown) done();
      },
      cancel() {
        stop();
      },
    },
    new CountQueuingStrategy({ highWaterMark: 0 }),
  );
  const input = new WritableStream<string>({ write: (data) => client.input(id, data) });
  const isThere = () => client.getState().terminals.some((terminal) => terminal.id === id);
  const exit = new Promise<number>((resolve) => {
    const unsubscribe = client.subscribe(() => {
      if (isThere()) return;
      unsubscribe();
      stop();
      resolve(0);
    });
  });
  return { input, output, exit, resize: ({ cols, rows }) => client.resize(id, cols, rows) };
}
