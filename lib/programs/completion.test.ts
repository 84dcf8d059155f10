import { expect, it } from "vitest";
import { optionCompleter, packageOf } from "./completion.ts";

const offered = (name: string, word: string): string[] => {
  const completer = optionCompleter(name);
  if (completer === undefined) throw new Error(`no completer for ${name}`);
  return (completer({ word, words: [name], shell: undefined as never }) ?? [])
    .map(({ text }) => text)
    .filter((text) => text.startsWith(word));
};

it("completes the options that the table lists", () => {
  expect(offered("ls", "--almo")).toEqual(["--almost-all"]);
  expect(offered("sort", "--key")).toEqual(["--key="]);
  expect(offered("ls", "file")).toEqual([]);
});

it("knows the package of a program from what its --version says", () => {
  expect(packageOf("ls")).toBe("coreutils");
  expect(packageOf("ssh")).toBe("openssh-client");
  expect(packageOf("nosuch")).toBeUndefined();
});
