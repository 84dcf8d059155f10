/** git-for-each-ref(1): names with what is to be known of them, in a given form and order. */

import { globRegex } from "../../core/glob.ts";
import type { Git } from "../context.ts";
import { Fatal } from "../errors.ts";
import { bodyOf, colorCode, subjectOf } from "../history/pretty.ts";
import { Revisions } from "../history/revisions.ts";
import { aheadBehind } from "../history/walk.ts";
import { type Person, parseTag } from "../objects/object.ts";
import { type Grammar, parseOptions } from "../options.ts";
import { showDate } from "../repository/dates.ts";
import type { Ref } from "../repository/refs.ts";
import type { Command } from "./command.ts";

function people(git: Git, oid: string): { author?: Person; committer?: Person; tagger?: Person; message: string } {
  const { store } = git.repository;
  const raw = store.read(oid);
  if (raw.type === "commit") {
    const { author, committer, message } = store.commit(oid);
    return { author, committer, message };
  }
  if (raw.type === "tag") {
    const tag = parseTag(raw.data);
    return { ...(tag.tagger ? { tagger: tag.tagger } : {}), message: tag.message };
  }
  return { message: "" };
}

function atom(git: Git, ref: Ref, name: string): string {
  const { repository } = git;
  const peeled = name.startsWith("*");
  const bare = peeled ? name.slice(1) : name;
  const type = repository.store.typeOf(ref.oid);
  if (peeled && type !== "tag") return "";
  const oid = peeled ? repository.store.peel(ref.oid).oid : ref.oid;
  const [field = "", modifier = ""] = bare.split(/:(.*)/s);
  const facts = people(git, oid);
  const who = /^(author|committer|tagger|creator)(name|email|date|)$/.exec(field);
  if (who) {
    const person = who[1] === "creator" ? (facts.tagger ?? facts.committer) : facts[who[1] as "author" | "committer" | "tagger"];
    if (!person) return "";
    if (who[2] === "name") return person.name;
    if (who[2] === "email") return modifier === "trim" ? person.email : `<${person.email}>`;
    if (who[2] === "date") return showDate(person, git.dateStyle(modifier || "default"));
    return `${person.name} <${person.email}> ${person.time} ${person.zone}`;
  }
  switch (field) {
    case "refname":
      if (modifier === "short") return ref.name === "HEAD" ? "HEAD" : Revisions.shortName(ref.name);
      if (/^l?strip=/.test(modifier))
        return ref.name
          .split("/")
          .slice(Number(modifier.split("=")[1]))
          .join("/");
      return ref.name;
    case "objectname":
      return modifier.startsWith("short") ? repository.short(oid) : oid;
    case "objecttype":
      return repository.store.typeOf(oid) ?? "";
    case "objectsize":
      return String(repository.store.read(oid).data.length);
    case "subject":
      return subjectOf(facts.message);
    case "body":
      return bodyOf(facts.message);
    case "contents":
      return modifier === "subject" ? subjectOf(facts.message) : modifier === "body" ? bodyOf(facts.message) : facts.message;
    case "HEAD":
      return repository.refs.head === ref.name ? "*" : " ";
    case "symref": {
      const target = repository.refs.symbolic(ref.name) ?? "";
      return modifier === "short" ? Revisions.shortName(target) : target;
    }
    case "upstream":
    case "push": {
      if (!ref.name.startsWith("refs/heads/")) return "";
      const upstream = git.revisions.upstream(ref.name.slice(11));
      if (upstream === undefined) return "";
      if (modifier === "short") return Revisions.shortName(upstream);
      if (modifier.startsWith("track")) {
        const theirs = repository.refs.resolve(upstream);
        if (theirs === undefined) return "[gone]";
        const { ahead, behind } = aheadBehind(repository.store, ref.oid, theirs);
        if (modifier === "trackshort") return ahead && behind ? "<>" : ahead ? ">" : behind ? "<" : "=";
        const parts = [ahead > 0 ? `ahead ${ahead}` : "", behind > 0 ? `behind ${behind}` : ""].filter((part) => part !== "");
        return parts.length === 0 ? "" : `[${parts.join(", ")}]`;
      }
      return upstream;
    }
    default:
      throw new Fatal(`unknown field name: ${name}`);
  }
}

export function formatRefs(git: Git, ref: Ref, format: string, color: boolean): string {
  return format.replace(
    /%(?:\(([^)]*)\)|([0-9a-fA-F]{2})|(%))/g,
    (whole, name: string | undefined, hex: string | undefined, percent: string | undefined) => {
      if (percent) return "%";
      if (hex !== undefined) return String.fromCharCode(Number.parseInt(hex, 16));
      if (name === undefined) return whole;
      if (name.startsWith("color:")) return color ? colorCode(name.slice(6)) : "";
      return atom(git, ref, name);
    },
  );
}

export function sortRefs(git: Git, refs: readonly Ref[], keys: readonly string[]): Ref[] {
  const compare = (a: string, b: string, key: string) => {
    if (/date$|size$/.test(key)) return Number(a) - Number(b);
    if (/^v(ersion)?:/.test(key)) return versionCompare(a, b);
    return a < b ? -1 : a > b ? 1 : 0;
  };
  const value = (ref: Ref, key: string) => {
    const bare = key.replace(/^v(ersion)?:/, "");
    return atom(git, ref, /date$/.test(bare) ? `${bare}:unix` : bare);
  };
  return [...refs].sort((a, b) => {
    for (const key of [...keys].reverse()) {
      const down = key.startsWith("-");
      const bare = down ? key.slice(1) : key;
      const order = compare(value(a, bare), value(b, bare), bare);
      if (order !== 0) return down ? -order : order;
    }
    return a.name < b.name ? -1 : 1;
  });
}

/** v1.9 before v1.10. */
export function versionCompare(a: string, b: string): number {
  const parts = (text: string) => text.split(/(\d+)/);
  const [x, y] = [parts(a), parts(b)];
  for (let i = 0; i < Math.max(x.length, y.length); i++) {
    const [p = "", q = ""] = [x[i], y[i]];
    if (p === q) continue;
    return i % 2 === 1 ? Number(p) - Number(q) : p < q ? -1 : 1;
  }
  return 0;
}

const GRAMMAR: Grammar = {
  name: "for-each-ref",
  usage: ["git for-each-ref [<options>] [<pattern>]", "git for-each-ref [--points-at <object>]"],
  options: ["--count=", "--format=", "--color[=]", "--sort=", "--points-at="],
  unmodeled: ["-s", "--shell", "--merged", "--no-merged", "--contains", "--no-contains"],
};

async function run(git: Git, argv: readonly string[]): Promise<number> {
  const options = parseOptions(GRAMMAR, argv);
  const patterns = options.everything;
  const fits = (name: string) =>
    patterns.length === 0 ||
    patterns.some(
      (pattern) =>
        name === pattern ||
        name.startsWith(pattern.endsWith("/") ? pattern : `${pattern}/`) ||
        globRegex(pattern, { pathname: true }).test(name),
    );
  const refs = sortRefs(
    git,
    git.repository.refs.list().filter(({ name }) => fits(name)),
    options.all("sort"),
  );
  const format = options.get("format") ?? "%(objectname) %(objecttype)\t%(refname)";
  for (const ref of refs.slice(0, Number(options.get("count") ?? refs.length)))
    git.say(`${formatRefs(git, ref, format, git.color("ui"))}\n`);
  return 0;
}

export const forEachRef: Command = { name: "for-each-ref", summary: "Output information on each ref", run };
