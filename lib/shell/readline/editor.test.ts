import { expect, test } from "vitest";
import { Editor } from "./editor.ts";

test("a new width of the terminal while the shell waits for its turn is drawn before what is typed next", async () => {
  const written: string[] = [];
  const keys = [...new TextEncoder().encode("python")];
  let typeOn: (byte: number) => void = () => undefined;
  let goOn: () => void = () => undefined;
  let hold = false;
  const editor = new Editor({
    readByteNow: () => keys.shift(),
    readByte: () =>
      new Promise((resolve) => {
        typeOn = resolve;
      }),
    write: async (text) => {
      if (hold) {
        hold = false;
        await new Promise<void>((resolve) => {
          goOn = resolve;
        });
      }
      written.push(text);
    },
    columns: () => 80,
    history: () => [],
    complete: async () => ({ start: 0, word: "", candidates: [], quote: (text) => text }),
  });
  const settled = (): Promise<void> => new Promise((resolve) => setTimeout(resolve));
  const line = editor.readLine("$ ");
  await settled();
  hold = true;
  editor.resized();
  await settled();
  keys.push(...new TextEncoder().encode(" -V\r"));
  typeOn(keys.shift() ?? 0);
  await settled();
  goOn();
  expect(await line).toEqual({ kind: "line", text: "python -V" });
  // The line is left by its line break, with nothing of it drawn again below.
  const all = written.join("");
  expect(all.lastIndexOf("$ python")).toBeLessThan(all.indexOf(" -V"));
  expect(all.endsWith("\n\x1b[?2004l")).toBe(true);
});
