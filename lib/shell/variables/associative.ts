const SMALLEST = 1024;
/** Entries a bucket before the table grows, and by how much (bash, hashlib.h). */
const FULL = 2;
const GROWTH = 4;

/** FNV, as bash computes it over the bytes of a key (hashlib.c, hash_string). */
function hash(key: string): number {
  let value = 2166136261;
  for (const byte of new TextEncoder().encode(key)) value = Math.imul(value, 16777619) ^ ((byte << 24) >> 24);
  return value >>> 0;
}

/** An associative array: goes through its keys in the order of bash's hash table, which scripts show (`${!map[@]}`, `declare -p`). */
export class AssociativeArray extends Map<string, string> {
  private order: string[] | undefined = undefined;

  override set(key: string, value: string): this {
    if (this.order !== undefined && !this.has(key)) this.order = undefined;
    return super.set(key, value);
  }

  override delete(key: string): boolean {
    this.order = undefined;
    return super.delete(key);
  }

  override clear(): void {
    this.order = undefined;
    super.clear();
  }

  /** By bucket; the newest entry of a bucket comes first. */
  private sorted(): readonly string[] {
    if (this.order === undefined) {
      let buckets = SMALLEST;
      while (this.size > buckets * FULL) buckets *= GROWTH;
      const placed = [...super.keys()].map((key, age) => ({ key, age, bucket: hash(key) & (buckets - 1) }));
      placed.sort((left, right) => left.bucket - right.bucket || right.age - left.age);
      this.order = placed.map(({ key }) => key);
    }
    return this.order;
  }

  override keys(): MapIterator<string> {
    return this.sorted().values() as MapIterator<string>;
  }

  override values(): MapIterator<string> {
    return this.sorted()
      .map((key) => this.get(key) ?? "")
      .values() as MapIterator<string>;
  }

  override entries(): MapIterator<[string, string]> {
    return this.sorted()
      .map((key): [string, string] => [key, this.get(key) ?? ""])
      .values() as MapIterator<[string, string]>;
  }

  override [Symbol.iterator](): MapIterator<[string, string]> {
    return this.entries();
  }

  /** The same entries, entered in the same order. */
  copy(): AssociativeArray {
    const copy = new AssociativeArray();
    for (const key of super.keys()) copy.set(key, this.get(key) ?? "");
    return copy;
  }
}
