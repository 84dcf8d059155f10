/**
 * The things of a question in an order that is not the right one: the same for everybody and every time, so that a page made at build
 * time and the page in the browser agree. FNV-1a of each id gives the order.
 */
export function mixed<T extends { readonly id: string }>(things: readonly T[], seed: string): T[] {
  const shuffled = [...things].sort((one, other) => hash(seed + one.id) - hash(seed + other.id));
  const asBefore = shuffled.every((each, index) => each === things[index]);
  const [first] = shuffled;
  return asBefore && first !== undefined ? [...shuffled.slice(1), first] : shuffled;
}

function hash(text: string): number {
  let value = 0x811c9dc5;
  for (let index = 0; index < text.length; index++) value = Math.imul(value ^ text.charCodeAt(index), 0x01000193) >>> 0;
  return value;
}
