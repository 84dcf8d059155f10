/** Colors of ls, as dircolors(1) sets them by default on Debian. */
import type { Stat } from "../../kernel/types.ts";

const ARCHIVES = /\.(tar|tgz|gz|zip|xz|bz2|zst|7z|rar|deb|rpm|jar|war|lz|lzma|Z|z|tbz2?|txz)$/;
const IMAGES = /\.(jpg|jpeg|png|gif|svg|bmp|webp|mp4|mkv|webm|mov|avi|tiff?|ico)$/;
const SOUNDS = /\.(mp3|ogg|flac|wav|m4a|opus|oga)$/;

function code(name: string, stat: Stat, broken: boolean): string {
  switch (stat.kind) {
    case "directory":
      if (stat.mode & 0o1000 && stat.mode & 0o002) return "30;42";
      if (stat.mode & 0o002) return "34;42";
      if (stat.mode & 0o1000) return "37;44";
      return "01;34";
    case "symlink":
      return broken ? "40;31;01" : "01;36";
    case "fifo":
      return "40;33";
    case "socket":
      return "01;35";
    case "device":
      return "40;33;01";
    case "file":
      if (stat.mode & 0o4000) return "37;41";
      if (stat.mode & 0o2000) return "30;43";
      if (stat.mode & 0o111) return "01;32";
      if (ARCHIVES.test(name)) return "01;31";
      if (IMAGES.test(name)) return "01;35";
      if (SOUNDS.test(name)) return "00;36";
      return "";
  }
}

/** `text` in the color of that file. */
export function colorOf(text: string, name: string, stat: Stat, broken: boolean): string {
  const sequence = code(name, stat, broken);
  return sequence === "" ? text : `\x1b[${sequence}m${text}\x1b[0m`;
}
