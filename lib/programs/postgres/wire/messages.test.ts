import { expect, it } from "vitest";
import { FrameReader, message } from "./messages.ts";

it("takes a server's last words for what they are when it has no process to answer with", () => {
  const frames = new FrameReader();
  frames.push(new TextEncoder().encode("Ecould not fork new process for connection: Resource temporarily unavailable\n\0"));
  expect(frames.next()).toBeUndefined();
  expect(frames.errorOfOld).toBe("could not fork new process for connection: Resource temporarily unavailable");
  const modern = new FrameReader();
  modern.push(message("E", "SFATAL", "Mno", 0).subarray(0, 9));
  expect(modern.errorOfOld).toBeUndefined();
});
