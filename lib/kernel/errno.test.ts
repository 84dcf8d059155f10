import { expect, test } from "vitest";
import { codeOf, errno, KernelError, kernelError, strerror } from "./errno.ts";

test("numbers and texts are those of Linux and glibc", () => {
  expect(errno("ENOENT")).toBe(2);
  expect(errno("EADDRINUSE")).toBe(98);
  expect(errno("EAGAIN")).toBe(11);
  expect(errno("ENOTEMPTY")).toBe(39);
  expect(strerror(2)).toBe("No such file or directory");
  expect(strerror("ENOSPC")).toBe("No space left on device");
  expect(strerror(4321)).toBe("Unknown error 4321");
  expect(codeOf(13)).toBe("EACCES");
});

test("an error says what failed, in which call, on which path", () => {
  const error = kernelError(-2, "open", "/etc/none");
  expect(error).toBeInstanceOf(KernelError);
  expect(error.code).toBe("ENOENT");
  expect(error.message).toBe("ENOENT: No such file or directory, open '/etc/none'");
  expect(kernelError("EPERM").at("chmod", "/x")).toMatchObject({ errno: 1, syscall: "chmod", path: "/x" });
});
