import { expect, it } from "vitest";
import { openAtEnd } from "./open-quote.ts";

it("knows in what the next line begins", () => {
  expect(openAtEnd("for i in 1 2\n")).toBe("nothing");
  expect(openAtEnd("echo 'a\n")).toBe("single quotes");
  expect(openAtEnd('echo "a \\" \'\n')).toBe("double quotes");
  expect(openAtEnd("echo it\\'s\n")).toBe("nothing");
  expect(openAtEnd("echo a # it's\n")).toBe("nothing");
  expect(openAtEnd("echo a#'\n")).toBe("single quotes");
  expect(openAtEnd('cat <<< "x\'"\n')).toBe("nothing");
});

it("follows here-documents to their ends", () => {
  expect(openAtEnd("cat <<'END' > file\n")).toBe("here-document");
  expect(openAtEnd("cat <<END\nit's\n")).toBe("here-document");
  expect(openAtEnd("cat <<END\nit's\nEND\n")).toBe("nothing");
  expect(openAtEnd("cat <<-END\n\tEND\n")).toBe("nothing");
  expect(openAtEnd("cat <<A <<\\B\nA\n")).toBe("here-document");
  expect(openAtEnd("cat <<A <<\\B\nA\nB\n")).toBe("nothing");
  expect(openAtEnd('cat <<END; echo "\n')).toBe("double quotes");
});
