import type { Difference } from "./facts.ts";

/** Differences that say nothing about what was done: by which rule, and why. */
export interface NoiseRule {
  readonly name: string;
  readonly reason: string;
  readonly matches: (difference: Pick<Difference, "kind" | "place" | "change">) => boolean;
}

const files = (name: string, pattern: RegExp, reason: string): NoiseRule => ({
  name,
  reason,
  matches: ({ kind, place }) => kind === "file" && pattern.test(place),
});

/** The first rule that fits counts. Times of files are never compared. */
export const noiseRules: readonly NoiseRule[] = [
  files("kernel", /^\/(proc|sys|dev|run|var\/run|var\/lock)(\/|$)/, "made by the kernel, or gone at the next start"),
  files("temporary", /^\/(tmp|var\/tmp)(\/|$)/, "temporary: any program may delete it"),
  files("bytecode", /(^|\/)__pycache__(\/|$)|\.py[co]$/, "Python makes it again from the source"),
  {
    name: "temporary database",
    reason: "a database in a temporary folder: tests make them, and any program may delete them",
    matches: ({ kind, place }) => kind === "row" && /^sqlite:\/(tmp|var\/tmp)\//.test(place),
  },
  files("log", /^\/var\/log\/|\.log(\.\d+)?$|(^|\/)nohup\.out$|(^|\/)nohup\.err$/, "a log: what a program says while it works"),
  files("cache", /(^|\/)\.(cache|pytest_cache)(\/|$)|^\/var\/cache\/|^\/var\/lib\/apt\//, "a cache: made again when it is missing"),
  files("downloads", /^\/usr\/local\/share\/slipway(\/|$)/, "packages that the lab's pip can install from; they come by themselves"),
  files("history", /(^|\/)\.(bash|psql|sqlite|python|node_repl)_history$|(^|\/)\.lesshst$|(^|\/)\.viminfo$/, "what was typed"),
  files("pid file", /\.pid$|\.lock$|\.sock$|\.ctl$/, "a number, a lock or a socket of a process that runs; the process itself is compared"),
  files("control socket", /(^|\/)\.gunicorn(\/|$)/, "gunicorn makes this folder for its control socket when it starts, whatever it serves"),
  files("editor", /(^|\/)\.[^/]+\.sw[op]$|~$/, "left over by an editor"),
  files(
    "git",
    /(^|\/)\.git\/|\.git\/(HEAD|config|index|objects|refs|logs|packed-refs|hooks|info)/,
    "git's own files; its refs are compared",
  ),
  files("database", /^\/var\/lib\/postgresql\/\d+\/|-(wal|shm|journal)$/, "a database's own files; its rows are compared"),
  files("known host", /(^|\/)\.ssh\/known_hosts(\.old)?$/, "ssh notes the keys of machines that it has met"),
  files("unit link", /^\/etc\/systemd\/system\/[^/]+\.(wants|requires)(\/|$)/, "says that a unit is enabled; the unit is compared"),
  files("documentation", /^\/usr\/(local\/)?share\/(doc|man|info)(\/|$)/, "comes with a package, for people to read"),
  files(
    "time stamps",
    /^\/var\/lib\/(systemd|sudo|dpkg|logrotate|nginx|dbus|private)(\/|$)/,
    "what services of the system note for themselves",
  ),
  files(
    "installed package",
    /\/(site-packages|dist-packages)\/[^/]+\.(dist-info|egg-info)(\/|$)|\/(site-packages|dist-packages)\/(pip|setuptools|wheel|_distutils_hack|distutils-precedence\.pth)(\/|$)/,
    "what pip notes about a package; the package itself is compared",
  ),
  files(
    "virtual environment",
    /\/bin\/([Aa]ctivate(\.\w+|_this\.py)?|pip[\d.]*|wheel|easy_install)$|\/pyvenv\.cfg$/,
    "made by venv, the same in every one",
  ),
];

export function noiseOf(difference: Pick<Difference, "kind" | "place" | "change">): NoiseRule | undefined {
  return noiseRules.find((rule) => rule.matches(difference));
}

/** Below these nothing is read at all: there is much of it, and all of it is noise. */
export function isUnread(path: string): boolean {
  return /^\/(proc|sys|dev|run)$|^\/var\/lib\/postgresql\/\d+$|(^|\/)__pycache__$|^\/var\/log\/journal$/.test(path);
}
