import { expect, it } from "vitest";
import { bucketNameProblem } from "./bucket-name.ts";

it("takes what S3 takes", () => {
  for (const name of ["abc", "a.b-c", "2026", "harbor-bakery-wall-2026", "a".repeat(63), "1.2.3"])
    expect(bucketNameProblem(name), name).toBeUndefined();
});

it("says which rule a name breaks", () => {
  expect(bucketNameProblem("ab")).toBe("This one has 2 characters.");
  expect(bucketNameProblem("a".repeat(64))).toBe("This one has 64 characters.");
  expect(bucketNameProblem("Our_Photos of_Pier")).toBe("This one has “O”, “_”, “P”, a space in it.");
  expect(bucketNameProblem("-wall")).toBe("This one begins with “-”.");
  expect(bucketNameProblem("wall.")).toBe("This one ends with “.”.");
  expect(bucketNameProblem("my..wall")).toBe("Two dots must not follow each other.");
  expect(bucketNameProblem("192.168.5.4")).toBe("A name must not look like an IP address.");
  expect(bucketNameProblem("xn--wall")).toBe("Names that begin with “xn--” are reserved.");
  expect(bucketNameProblem("wall-s3alias")).toBe("Names that end with “-s3alias” are reserved.");
});
