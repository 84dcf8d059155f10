import { expect, test } from "vitest";
import { crypt, hashPassword, passwordMatches } from "./crypt.ts";

test("hashes of passwords are those of crypt(3)", () => {
  // By `openssl passwd -5 -salt …`.
  expect(crypt("Hello world!", "$5$saltstring")).toBe("$5$saltstring$5B8vYYiY.CVt1RlTTf8KbXBH3hsxY/GNooZaBBGWEc5");
  expect(crypt("a longer password than thirty-two bytes, by far", "$5$abcd")).toBe("$5$abcd$73pbd0MT4kUkEv3fYiKJFEqtKUHF3FFwn0dc08d9HwA");
  expect(crypt("secret", "$1$abcd")).toBeUndefined();
});

test("a password matches its hash and no other", () => {
  const hash = hashPassword("correct horse", () => 0.3);
  expect(passwordMatches("correct horse", hash)).toBe(true);
  expect(passwordMatches("correct hors", hash)).toBe(false);
  for (const field of ["*", "!", "", "!*"]) expect(passwordMatches("", field)).toBe(false);
});
