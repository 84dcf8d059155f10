import { expect, it } from "vitest";
import type { OpenPort } from "../../../lib/lab/types.ts";
import { readAddress, suggestions } from "./address.ts";

it("reads addresses as they are typed", () => {
  expect(readAddress(" localhost:8000 ")).toEqual({ url: "http://localhost:8000/" });
  expect(readAddress("shop.test/a?b#c")).toEqual({ url: "http://shop.test/a?b#c" });
  expect(readAddress("HTTPS://Shop.test")).toEqual({ url: "https://shop.test/" });
});

it("says what is wrong with what is none", () => {
  for (const text of [
    "",
    "how do I deploy",
    "ftp://shop.test/",
    "file:///etc/passwd",
    "javascript:alert(1)",
    "http://",
    "localhost:99999",
  ]) {
    expect(readAddress(text), text).toHaveProperty("problem");
  }
});

it("offers what listens, as it is called from the browser's machine", () => {
  const ports: readonly OpenPort[] = [
    { machine: "laptop", port: 8000, ownMachineOnly: true },
    { machine: "web-1", port: 8001, ownMachineOnly: true },
    { machine: "web-1", port: 22 },
    { machine: "web-1", port: 80 },
    { machine: "web-1", port: 443 },
  ];
  expect(suggestions(ports, "laptop")).toEqual(["http://localhost:8000/", "http://web-1/", "https://web-1/"]);
});
