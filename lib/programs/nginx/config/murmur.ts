/** MurmurHash2 (Austin Appleby), as split_clients uses it, and CRC-32 for `hash`. */
export function murmurHash2(text: string): number {
  const M = 0x5bd1e995;
  let left = text.length;
  let hash = (0 ^ left) >>> 0;
  let at = 0;
  const byte = (index: number) => text.charCodeAt(index) & 255;
  while (left >= 4) {
    let k = (byte(at) | (byte(at + 1) << 8) | (byte(at + 2) << 16) | (byte(at + 3) << 24)) >>> 0;
    k = Math.imul(k, M) >>> 0;
    k = (k ^ (k >>> 24)) >>> 0;
    k = Math.imul(k, M) >>> 0;
    hash = Math.imul(hash, M) >>> 0;
    hash = (hash ^ k) >>> 0;
    at += 4;
    left -= 4;
  }
  if (left >= 3) hash ^= byte(at + 2) << 16;
  if (left >= 2) hash ^= byte(at + 1) << 8;
  if (left >= 1) {
    hash ^= byte(at);
    hash = Math.imul(hash, M) >>> 0;
  }
  hash = (hash ^ (hash >>> 13)) >>> 0;
  hash = Math.imul(hash, M) >>> 0;
  return (hash ^ (hash >>> 15)) >>> 0;
}
