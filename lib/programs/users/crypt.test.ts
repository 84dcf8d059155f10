import { describe, expect, it } from "vitest";
import { checkPassword, hashPassword } from "./crypt.ts";

describe("hashed passwords", () => {
  it("fit those that openssl passwd -6 and glibc's crypt(3) made", () => {
    expect(
      checkPassword("secret", "$6$abcdefgh$ltjgWl6579NluT/Vi1nwEvcil.G5Nbc4NiXZaNGStk8PSwGfQv72N2CKPPrVACtLtip/cZ/1GM/O6IND4WQhG."),
    ).toBe(true);
    expect(
      checkPassword(
        "pä$$ wörd, and a long one that goes beyond one block of the digest 0123456789 0123456789",
        "$6$rounds=1000$saltsaltsaltsalt$myBQCtTCDAkix2AxaSaGUu3mLZdkVMPW9HhsU/T1S8srbxWk8UPnIgNzzGDsUxVrYJlZ4MngV73bYIxmOaR/60",
      ),
    ).toBe(true);
    expect(
      checkPassword("other", "$6$abcdefgh$ltjgWl6579NluT/Vi1nwEvcil.G5Nbc4NiXZaNGStk8PSwGfQv72N2CKPPrVACtLtip/cZ/1GM/O6IND4WQhG."),
    ).toBe(false);
  });

  it("are made anew each time, and fit their own password only", () => {
    let seed = 0;
    const random = () => (seed = (seed + 0.37) % 1);
    const hash = hashPassword("open sesame", random);
    expect(hash).toMatch(/^\$6\$rounds=1000\$[./0-9A-Za-z]{16}\$[./0-9A-Za-z]{86}$/);
    expect(hashPassword("open sesame", random)).not.toBe(hash);
    expect(checkPassword("open sesame", hash)).toBe(true);
    expect(checkPassword("open Sesame", hash)).toBe(false);
  });

  it("that are locked or of another method fit nothing", () => {
    for (const hash of ["!", "*", "!$6$a$b", "$y$j9T$x$y"]) expect(checkPassword("", hash) || checkPassword("x", hash)).toBe(false);
  });
});
