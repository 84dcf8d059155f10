import type { WebContainerProcess } from "@webcontainer/api";
import type { LabClient, LabState } from "../../../lib/lab/types.ts";

/** What a terminal needs of a lab. */
export type TerminalClient = Pick<LabClient, "input" | "resize" | "onOutput" | "subscribe"> & {
  getState(): Pick<LabState, "terminals" | "scratch">;
};

/** What the terminal drives: the part of a WebContainer's process that a terminal needs, so that either kind of machine fits. */
export type TerminalProcess = Pick<WebContainerProcess, "input" | "output" | "exit" | "resize">;

/**
 * So many characters may wait to be drawn. A program that prints line by line then waits for no drawing, and after Ctrl-C of `yes` no
 * more than this still scrolls by.
 */
const ahead = 65_536;

/** A terminal of a lab in that shape. `exit` resolves when the lab has closed it; cancel `output` to let go. */
export function terminalProcess(client: TerminalClient, id: string): TerminalProcess {
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
      // There is room again: the lab may send on. Without this, `yes` would fill the memory.
      pull() {
        const taken = acknowledge;
        acknowledge = [];
        for (const done of taken) done();
      },
      cancel() {
        stop();
      },
    },
    { highWaterMark: ahead, size: (text) => text.length },
  );
  const input = new WritableStream<string>({ write: (data) => client.input(id, data) });
  const isThere = () => {
    const { terminals, scratch } = client.getState();
    return [...terminals, ...(scratch?.terminals ?? [])].some((terminal) => terminal.id === id);
  };
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
