import { expect, test } from "vitest";
import { bcrypt } from "./bcrypt.ts";

const LETTERS = "./ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";

function decode(text: string): Uint8Array {
  const bits = [...text].map((letter) => LETTERS.indexOf(letter).toString(2).padStart(6, "0")).join("");
  return Uint8Array.from({ length: Math.floor(bits.length / 8) }, (_, index) => Number.parseInt(bits.slice(index * 8, index * 8 + 8), 2));
}

// What the Python package bcrypt 5.0.0 gives.
test.each([
  ["", "$2a$06$DCq7YPn5Rq63x1Lad4cll.TV4S6ytwfsfvkgY8jIucDrjc8deX1s."],
  ["Kk4DQuMMfZL9o", "$2b$04$cVWp4XaNU8a4v1uMRum2SO026BWLIoQMD/TXg5uZV.0P.uO8m3YEm"],
  ["Grün", "$2b$05$CCCCCCCCCCCCCCCCCCCCC.O5wV7j8r9RRa7YZbzwlwcxj/dBMAQNi"],
])("bcrypt of %j", (password, hash) => {
  const [, , cost = "", rest = ""] = hash.split("$");
  const bytes = bcrypt(new TextEncoder().encode(`${password}\0`), decode(rest.slice(0, 22)), Number(cost));
  expect(bytes).toEqual(decode(rest.slice(22)));
});
