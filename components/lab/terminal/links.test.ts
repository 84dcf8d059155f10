import { expect, it } from "vitest";
import { findAddresses } from "./links.ts";

it("finds the address in what runserver prints, without the sentence around it", () => {
  expect(findAddresses("Starting development server at http://127.0.0.1:8000/")).toEqual([{ start: 31, url: "http://127.0.0.1:8000/" }]);
  expect(findAddresses("See https://a.example/x. Or (http://b:1/).").map((each) => each.url)).toEqual([
    "https://a.example/x",
    "http://b:1/",
  ]);
});
