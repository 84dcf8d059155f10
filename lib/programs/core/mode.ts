/** File modes as text, and back (ls(1), chmod(1), stat(1)). */
import type { Stat } from "../../kernel/types.ts";

export const TYPE_LETTERS: Readonly<Record<Stat["kind"], string>> = {
  file: "-",
  directory: "d",
  symlink: "l",
  device: "c",
  fifo: "p",
  socket: "s",
};

/** "drwxr-xr-x" */
export function modeText(stat: Pick<Stat, "kind" | "mode">): string {
  const bit = (mask: number, letter: string) => (stat.mode & mask ? letter : "-");
  const run = (mask: number, special: number, letter: string) =>
    stat.mode & special ? (stat.mode & mask ? letter : letter.toUpperCase()) : bit(mask, "x");
  return (
    TYPE_LETTERS[stat.kind] +
    bit(0o400, "r") +
    bit(0o200, "w") +
    run(0o100, 0o4000, "s") +
    bit(0o040, "r") +
    bit(0o020, "w") +
    run(0o010, 0o2000, "s") +
    bit(0o004, "r") +
    bit(0o002, "w") +
    run(0o001, 0o1000, "t")
  );
}

/** st_blocks in units of 1024 bytes, as ext4 with blocks of 4096 counts: short symbolic links live in the inode. */
export function kibibytes(stat: Stat): number {
  if (stat.kind === "directory") return Math.max(4, Math.ceil(stat.size / 4096) * 4);
  if (stat.kind === "file" || (stat.kind === "symlink" && stat.size >= 60)) return Math.ceil(stat.size / 4096) * 4;
  return 0;
}

/**
 * Applies a mode as chmod(1) takes it ("u+x,go=", "755") to `mode`. Returns undefined when the text is no mode. `umask` counts
 * where no "ugoa" is given.
 */
export function changeMode(text: string, mode: number, directory: boolean, umask: number): number | undefined {
  if (/^[0-7]{1,5}$/.test(text)) {
    const value = Number.parseInt(text, 8);
    if (value > 0o7777) return undefined;
    // Digits of four or fewer leave set-ID bits of a directory alone.
    return directory && text.length < 5 ? value | (mode & 0o6000) : value;
  }
  let result = mode & 0o7777;
  for (const clause of text.split(",")) {
    const found = /^([ugoa]*)((?:[-+=](?:[rwxXst]*|[ugo]|[0-7]+))+)$/.exec(clause);
    if (!found) return undefined;
    const who = found[1] ?? "";
    const all = who === "" || who.includes("a");
    const mask =
      (all || who.includes("u") ? 0o4700 : 0) | (all || who.includes("g") ? 0o2070 : 0) | (all || who.includes("o") ? 0o1007 : 0);
    for (const [, operator = "", what = ""] of (found[2] ?? "").matchAll(/([-+=])([rwxXst]*(?![ugo])|[ugo]|[0-7]+)/g)) {
      let bits = 0;
      if (/^[0-7]+$/.test(what)) bits = Number.parseInt(what, 8);
      else if (/^[ugo]$/.test(what)) {
        const shift = what === "u" ? 6 : what === "g" ? 3 : 0;
        const three = (result >> shift) & 7;
        bits = (three << 6) | (three << 3) | three;
      } else {
        if (what.includes("r")) bits |= 0o444;
        if (what.includes("w")) bits |= 0o222;
        if (what.includes("x") || (what.includes("X") && (directory || result & 0o111))) bits |= 0o111;
        if (what.includes("s")) bits |= 0o6000;
        if (what.includes("t")) bits |= 0o1000;
      }
      bits &= mask;
      if (what.includes("t") && (all || who.includes("o"))) bits |= 0o1000;
      if (who === "") bits &= ~umask;
      if (operator === "+") result |= bits;
      else if (operator === "-") result &= ~bits;
      else {
        const keep = directory && !/[st]/.test(what) ? 0o6000 : 0;
        result = (result & ~(mask & 0o1777 & (who === "" ? 0o1777 : mask)) & ~(mask & 0o6000 & ~keep)) | bits;
      }
    }
  }
  return result;
}
