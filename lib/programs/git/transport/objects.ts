/** Which objects go over the wire. */
import { MODE, parseTag, type RawObject } from "../objects/object.ts";
import type { ObjectStore } from "../objects/store.ts";

function addTree(store: ObjectStore, oid: string, into: Set<string>, known: ReadonlySet<string>): void {
  if (into.has(oid) || known.has(oid)) return;
  into.add(oid);
  for (const entry of store.tree(oid)) {
    if (entry.mode === MODE.tree) addTree(store, entry.oid, into, known);
    else if (entry.mode !== MODE.gitlink && !known.has(entry.oid)) into.add(entry.oid);
  }
}

/** Everything that `wants` need and who has `haves` has not. Haves that are unknown here count for nothing. */
export function missingObjects(store: ObjectStore, wants: Iterable<string>, haves: Iterable<string>, depth?: number): string[] {
  const known = new Set<string>();
  const commits = [...haves];
  const seen = new Set<string>();
  for (let oid = commits.pop(); oid !== undefined; oid = commits.pop()) {
    if (seen.has(oid)) continue;
    seen.add(oid);
    const raw = store.tryRead(oid);
    if (raw?.type === "tag") {
      known.add(oid);
      commits.push(parseTag(raw.data).object);
    } else if (raw?.type === "commit") {
      known.add(oid);
      const commit = store.commit(oid);
      addTree(store, commit.tree, known, new Set());
      commits.push(...commit.parents);
    }
  }
  const found = new Set<string>();
  const pending = [...wants].map((oid) => ({ oid, level: 1 }));
  for (let next = pending.pop(); next; next = pending.pop()) {
    const { oid, level } = next;
    if (found.has(oid) || known.has(oid)) continue;
    const { type, data } = store.read(oid);
    found.add(oid);
    if (type === "tag") pending.push({ oid: parseTag(data).object, level });
    else if (type === "tree") addTree(store, oid, found, known);
    else if (type === "commit") {
      const commit = store.commit(oid);
      addTree(store, commit.tree, found, known);
      if (depth === undefined || level < depth) pending.push(...commit.parents.map((parent) => ({ oid: parent, level: level + 1 })));
    }
  }
  return [...found];
}

export function* objectsOf(store: ObjectStore, oids: Iterable<string>): Generator<RawObject> {
  for (const oid of oids) yield store.read(oid);
}
