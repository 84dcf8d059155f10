/**
 * `after` with every part that equals its counterpart in `before` replaced by that very object. States come from the kernel's worker as
 * copies; with this, a component that reads one part of a state is drawn again only when that part has changed.
 */
export function shareStructure<T>(before: T, after: T): T {
  if (Object.is(before, after)) return before;
  if (Array.isArray(before) && Array.isArray(after)) {
    const shared = after.map((each, index) => (index < before.length ? shareStructure(before[index], each) : each));
    return before.length === after.length && shared.every((each, index) => each === before[index])
      ? before
      : Object.assign([], after, shared);
  }
  if (!isRecord(before) || !isRecord(after)) return after;
  const keys = Object.keys(after);
  const shared: Record<string, unknown> = {};
  let same = keys.length === Object.keys(before).length;
  for (const key of keys) {
    shared[key] = shareStructure(before[key], after[key]);
    same &&= Object.hasOwn(before, key) && shared[key] === before[key];
  }
  return same ? before : Object.assign({}, after, shared);
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
