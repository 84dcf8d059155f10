import { expect, it } from "vitest";
import { revealedBy } from "./hints.ts";

const solution = "On the laptop:\n\n```console\n$ cd ~/site\n$ python -m http.server 8000\n```\n\nOr `--directory`.";

it("finds a hint that gives the command away, however it is quoted", () => {
  expect(revealedBy("Type `cd ~/site`, then `python -m http.server 8000`.", solution)).toBe("python -m http.server 8000");
  expect(revealedBy('Type python   -m "http.server" 8000.', solution)).toBe("python -m http.server 8000");
});

it("lets a hint name the program, show the shape, and say where to go", () => {
  expect(revealedBy("The shape is `python -m <module> <port>`.", solution)).toBeUndefined();
  expect(revealedBy("Begin with `cd ~/site`.", solution)).toBeUndefined();
  expect(revealedBy("`python -m http.server` is the module.", solution)).toBeUndefined();
});

it("takes code in backticks for the solution where it has no console block", () => {
  expect(revealedBy("Try `chmod 600 .env`.", "Take the right away: `chmod 600 .env`.")).toBe("chmod 600 .env");
});
