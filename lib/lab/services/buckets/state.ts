/** What the storage keeps: access keys, buckets and objects. All of it lies in files of its machine, so that it is saved with it. */
import type { Machine } from "../../../kernel/types.ts";
import { md5, sha256 } from "../../../programs/core/hash.ts";
import { encode } from "../../../programs/core/io.ts";
import { bucketNameProblem } from "./bucket-name.ts";
import { StorageError } from "./errors.ts";
import type { Checksum, Payload } from "./payload.ts";

export interface AccessKey {
  /** "AKIA…", which is no secret. */
  readonly id: string;
  /** Signatures are computed with it, so the storage must know it. */
  readonly secret: string;
  readonly title: string;
  readonly addedMs: number;
}

export interface Bucket {
  readonly name: string;
  readonly createdMs: number;
  /** Block Public Access: no policy lets everybody read. */
  readonly isBlocked: boolean;
  /** As it was sent; undefined: only the owner may do anything. */
  readonly policy?: string;
}

export interface StoredObject {
  /** The file of its bytes below the bucket's folder. */
  readonly file: string;
  readonly size: number;
  /** MD5 in hexadecimal, without the quotes. */
  readonly etag: string;
  readonly modifiedMs: number;
  /** Content-Type and the others that are told with it. */
  readonly headers: Readonly<Record<string, string>>;
  /** What the client keeps with it: x-amz-meta-…, by the rest of that name. */
  readonly metadata: Readonly<Record<string, string>>;
  readonly checksum?: Checksum;
}

export interface StorageState {
  readonly keys: readonly AccessKey[];
  /** The learner's. */
  readonly buckets: readonly Bucket[];
  /** Names that somebody else has. */
  readonly taken: readonly string[];
}

/** By key, sorted as lists tell them. */
export type Objects = ReadonlyMap<string, StoredObject>;

export const ROOT_FOLDER = "/srv/buckets";
export const STATE_FOLDER = "/var/lib/buckets";
const STATE_FILE = `${STATE_FOLDER}/state.json`;

/** Limits of this world, which keeps everything in a browser. */
export const LIMITS = { buckets: 20, keys: 20, objects: 2000, objectBytes: 8 * 1024 * 1024, allBytes: 64 * 1024 * 1024 } as const;
/** Of S3 itself ("Naming Amazon S3 objects"). */
const LONGEST_KEY = 1024;
const LONGEST_FILE_NAME = 200;

const EMPTY: StorageState = { keys: [], buckets: [], taken: [] };

export function readState({ files }: Machine): StorageState {
  if (!files.exists(STATE_FILE)) return EMPTY;
  const state: StorageState = JSON.parse(files.readText(STATE_FILE));
  return state;
}

export function changeState(machine: Machine, change: (state: StorageState) => StorageState): void {
  machine.files.writeFile(STATE_FILE, `${JSON.stringify(change(readState(machine)))}\n`, { mode: 0o600 });
}

/** A new access key; "best practices: at most two for a user" is not held here. */
export function addKey(machine: Machine, title: string): AccessKey {
  if (readState(machine).keys.length >= LIMITS.keys)
    throw new StorageError("QuotaExceeded", {}, `There are ${LIMITS.keys} access keys already.`);
  const draw = (length: number, letters: string) =>
    Array.from({ length }, () => letters[Math.floor(machine.kernel.random() * letters.length)]).join("");
  const key: AccessKey = {
    id: `AKIA${draw(16, "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567")}`,
    secret: draw(40, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"),
    title: title.trim().slice(0, 80) || "access key",
    addedMs: machine.kernel.clock.now(),
  };
  changeState(machine, (state) => ({ ...state, keys: [...state.keys, key] }));
  return key;
}

export function removeKey(machine: Machine, id: string): void {
  changeState(machine, (state) => ({ ...state, keys: state.keys.filter((key) => key.id !== id) }));
}

/** Throws StorageError. Making one's own again changes nothing, as in S3's first region. */
export function addBucket(machine: Machine, name: string): void {
  if (bucketNameProblem(name) !== undefined) throw new StorageError("InvalidBucketName", { BucketName: name });
  const { buckets, taken } = readState(machine);
  if (taken.includes(name)) throw new StorageError("BucketAlreadyExists", { BucketName: name });
  if (buckets.some((each) => each.name === name)) return;
  if (buckets.length >= LIMITS.buckets)
    throw new StorageError("TooManyBuckets", {}, `This world keeps at most ${LIMITS.buckets} buckets. Delete one that you do not need.`);
  const bucket: Bucket = { name, createdMs: machine.kernel.clock.now(), isBlocked: true };
  changeState(machine, (state) => ({ ...state, buckets: [...state.buckets, bucket].sort((a, b) => (a.name < b.name ? -1 : 1)) }));
  machine.files.mkdir(`${ROOT_FOLDER}/${name}`, { recursive: true });
}

/** Throws StorageError when something is in it. */
export function removeBucket(machine: Machine, name: string): void {
  if (readObjects(machine, name).size > 0) throw new StorageError("BucketNotEmpty", { BucketName: name });
  changeState(machine, (state) => ({ ...state, buckets: state.buckets.filter((each) => each.name !== name) }));
  machine.files.removeTree(`${ROOT_FOLDER}/${name}`);
  if (machine.files.exists(indexOf(name))) machine.files.unlink(indexOf(name));
}

export function changeBucket(machine: Machine, name: string, change: (bucket: Bucket) => Bucket): void {
  changeState(machine, (state) => ({ ...state, buckets: state.buckets.map((each) => (each.name === name ? change(each) : each)) }));
}

/** No name of a bucket makes it the state's own file. */
const indexOf = (bucket: string) => `${STATE_FOLDER}/${bucket}.objects.json`;

export function readObjects({ files }: Machine, bucket: string): Objects {
  if (!files.exists(indexOf(bucket))) return new Map();
  const objects: readonly (StoredObject & { readonly key: string })[] = JSON.parse(files.readText(indexOf(bucket)));
  return new Map(objects.map(({ key, ...object }) => [key, object]));
}

function writeObjects({ files }: Machine, bucket: string, objects: Objects): void {
  const sorted = [...objects].map(([key, object]) => ({ key, ...object })).sort((a, b) => (a.key < b.key ? -1 : 1));
  files.writeFile(indexOf(bucket), `${JSON.stringify(sorted)}\n`, { mode: 0o600 });
}

/** Throws StorageError when it does not fit. */
export function putObject(
  machine: Machine,
  bucket: string,
  key: string,
  { bytes, checksum }: Payload,
  told: Pick<StoredObject, "headers" | "metadata">,
): StoredObject {
  if (encode(key).length > LONGEST_KEY) throw new StorageError("KeyTooLongError", { MaxSizeAllowed: String(LONGEST_KEY) });
  if (bytes.length > LIMITS.objectBytes)
    throw new StorageError("EntityTooLarge", { ProposedSize: String(bytes.length), MaxSizeAllowed: String(LIMITS.objectBytes) });
  const objects = readObjects(machine, bucket);
  const { buckets } = readState(machine);
  const all = buckets.flatMap(({ name }) => [...readObjects(machine, name).values()]);
  const used = all.reduce((sum, { size }) => sum + size, 0) - (objects.get(key)?.size ?? 0);
  if (used + bytes.length > LIMITS.allBytes || (!objects.has(key) && all.length >= LIMITS.objects))
    throw new StorageError(
      "QuotaExceeded",
      {},
      `This world keeps at most ${LIMITS.objects} objects, together ${LIMITS.allBytes / 1024 / 1024} MiB. Delete what you do not need.`,
    );
  const encoded = encodeURIComponent(key);
  const file = encoded.length <= LONGEST_FILE_NAME && !/^\.+$/.test(encoded) ? encoded : sha256(encode(key));
  machine.files.writeFile(`${ROOT_FOLDER}/${bucket}/${file}`, bytes);
  const object: StoredObject = { file, size: bytes.length, etag: md5(bytes), modifiedMs: machine.kernel.clock.now(), ...told, checksum };
  writeObjects(machine, bucket, new Map([...objects, [key, object]]));
  return object;
}

export function bytesOf(machine: Machine, bucket: string, object: StoredObject): Uint8Array {
  return machine.files.readFile(`${ROOT_FOLDER}/${bucket}/${object.file}`);
}

/** Deleting what is not there is no mistake. */
export function removeObject(machine: Machine, bucket: string, key: string): void {
  const objects = readObjects(machine, bucket);
  const gone = objects.get(key);
  if (gone === undefined) return;
  machine.files.unlink(`${ROOT_FOLDER}/${bucket}/${gone.file}`);
  writeObjects(machine, bucket, new Map([...objects].filter(([each]) => each !== key)));
}
