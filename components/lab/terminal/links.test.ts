import { expect, it } from "vitest";
import { findAddresses, programLinks } from "./links.ts";

it("finds the address in what runserver prints, without the sentence around it", () => {
  expect(findAddresses("Starting development server at http://127.0.0.1:8000/")).toEqual([{ start: 31, url: "http://127.0.0.1:8000/" }]);
  expect(findAddresses("See https://a.example/x. Or (http://b:1/).").map((each) => each.url)).toEqual([
    "https://a.example/x",
    "http://b:1/",
  ]);
});

it("opens links of programs in the lab's browser, and only web addresses", () => {
  const opened: string[] = [];
  const links = programLinks((url) => opened.push(url));
  const nowhere = { start: { x: 1, y: 1 }, end: { x: 1, y: 1 } };
  for (const address of ["http://localhost:8000/", "javascript:alert(1)", "data:text/html,x", "file:///etc/passwd", "HTTPS://a.example/"]) {
    links.activate({} as MouseEvent, address, nowhere);
  }
  expect(opened).toEqual(["http://localhost:8000/", "HTTPS://a.example/"]);
  expect(links.allowNonHttpProtocols).toBe(false);
});
