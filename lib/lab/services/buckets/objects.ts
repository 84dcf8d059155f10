/** Requests about one object: PutObject, CopyObject, GetObject, HeadObject, DeleteObject (docs.aws.amazon.com/AmazonS3/latest/API/). */
import type { Machine } from "../../../kernel/types.ts";
import type { SiteAnswer, SiteRequest } from "../http-service.ts";
import { notModeled, StorageError } from "./errors.ts";
import { xmlAnswer } from "./list.ts";
import { payloadOf } from "./payload.ts";
import { decoded } from "./signature.ts";
import { bytesOf, putObject, readObjects, removeObject, type StoredObject } from "./state.ts";
import { documentOf, element } from "./xml.ts";

/** What a client says of the bytes, and is told again. */
const TOLD = ["cache-control", "content-disposition", "content-encoding", "content-language", "content-type", "expires"];
const META = "x-amz-meta-";
/** Headers that would change what is kept: to take them for nothing would be to promise what does not hold. */
const NOT_MODELED = /^x-amz-(grant-|object-lock-|server-side-encryption-customer|tagging|website-redirect)/;

interface Place {
  readonly machine: Machine;
  readonly bucket: string;
  readonly key: string;
}

export function put(place: Place, request: SiteRequest): SiteAnswer {
  const { machine, bucket, key } = place;
  const { headers } = request;
  refuseUnknown(headers);
  const before = readObjects(machine, bucket).get(key);
  if (headers.get("if-none-match") === "*" && before !== undefined)
    throw new StorageError("PreconditionFailed", { Condition: "If-None-Match" });
  if (headers.has("x-amz-copy-source")) return copy(place, request);
  const payload = payloadOf(request);
  const { etag, checksum } = putObject(machine, bucket, key, payload, toldIn(headers));
  const told: Record<string, string> = { ETag: `"${etag}"` };
  if (checksum !== undefined) Object.assign(told, { [checksum.header]: checksum.value, "x-amz-checksum-type": "FULL_OBJECT" });
  return { status: 200, headers: told };
}

function refuseUnknown(headers: SiteRequest["headers"]): void {
  const acl = headers.get("x-amz-acl");
  // ACLs are off in every new bucket since April 2023; what the owner would have anyway is let through ("Controlling ownership of objects").
  if (acl !== undefined && acl !== "bucket-owner-full-control" && acl !== "private")
    throw new StorageError("AccessControlListNotSupported");
  const unknown = [...headers.keys()].find((name) => NOT_MODELED.test(name));
  if (unknown !== undefined) throw notModeled(`The header ${unknown}`);
  const storage = headers.get("x-amz-storage-class");
  if (storage !== undefined && storage !== "STANDARD") throw notModeled(`The storage class ${storage}`);
}

function toldIn(headers: SiteRequest["headers"]): Pick<StoredObject, "headers" | "metadata"> {
  const told = TOLD.flatMap((name) => {
    const given = headers.get(name);
    // aws-chunked is how it came, and not what it is.
    const value = name === "content-encoding" ? given?.replace(/(^|,\s*)aws-chunked/, "").replace(/^,\s*/, "") : given;
    return value === undefined || value === "" ? [] : [[name, value] as const];
  });
  const metadata = [...headers].filter(([name]) => name.startsWith(META)).map(([name, value]) => [name.slice(META.length), value] as const);
  return { headers: { "content-type": "binary/octet-stream", ...Object.fromEntries(told) }, metadata: Object.fromEntries(metadata) };
}

function copy({ machine, bucket, key }: Place, { headers }: SiteRequest): SiteAnswer {
  const [source = "", version] = (headers.get("x-amz-copy-source") ?? "").replace(/^\//, "").split("?");
  if (version !== undefined) throw notModeled("A version of an object");
  const slash = source.indexOf("/");
  const [fromBucket, fromKey] = [source.slice(0, slash), decoded(source.slice(slash + 1))];
  const from = readObjects(machine, fromBucket).get(fromKey);
  if (slash < 1 || from === undefined) throw new StorageError("NoSuchKey", { Key: fromKey });
  const isReplaced = headers.get("x-amz-metadata-directive") === "REPLACE";
  if (fromBucket === bucket && fromKey === key && !isReplaced)
    throw new StorageError(
      "InvalidRequest",
      {},
      "This copy request is illegal because it is trying to copy an object to itself without changing the object's metadata, storage class, website redirect location or encryption attributes.",
    );
  const told = isReplaced ? toldIn(headers) : { headers: from.headers, metadata: from.metadata };
  const object = putObject(machine, bucket, key, { bytes: bytesOf(machine, fromBucket, from), checksum: from.checksum }, told);
  const inside = `${element("LastModified", new Date(object.modifiedMs).toISOString())}${element("ETag", `"${object.etag}"`)}`;
  return xmlAnswer(documentOf("CopyObjectResult", inside));
}

/** `isSigned`: the request is somebody's; only then may it say with which headers the answer comes. */
export function get(
  { machine, bucket, key }: Place,
  request: SiteRequest,
  query: ReadonlyMap<string, string>,
  isSigned: boolean,
): SiteAnswer {
  const object = readObjects(machine, bucket).get(key);
  if (object === undefined) throw new StorageError("NoSuchKey", { Key: key });
  const { headers } = request;
  const told: Record<string, string> = {
    "Last-Modified": new Date(object.modifiedMs).toUTCString(),
    ETag: `"${object.etag}"`,
    "Accept-Ranges": "bytes",
    ...Object.fromEntries(Object.entries(object.headers).map(([name, value]) => [titled(name), value])),
    ...Object.fromEntries(Object.entries(object.metadata).map(([name, value]) => [META + name, value])),
  };
  // "response-content-type" and its like, of a signed request.
  for (const name of TOLD) {
    const wanted = query.get(`response-${name}`);
    if (wanted === undefined) continue;
    if (!isSigned)
      throw new StorageError("InvalidRequest", {}, "Request specific response headers cannot be used for anonymous GET requests.");
    // biome-ignore lint/suspicious/noControlCharactersInRegex: a line break would begin another header (RFC 9110 5.5)
    if (/[\x00-\x1f\x7f]/.test(wanted)) throw new StorageError("InvalidArgument", { ArgumentName: `response-${name}` });
    told[titled(name)] = wanted;
  }
  const match = headers.get("if-match");
  if (match !== undefined && match !== "*" && unquoted(match) !== object.etag)
    throw new StorageError("PreconditionFailed", { Condition: "If-Match" });
  if (isUnchanged(object, headers)) return { status: 304, headers: told };
  if (headers.get("x-amz-checksum-mode") === "ENABLED" && object.checksum !== undefined && !headers.has("range"))
    Object.assign(told, { [object.checksum.header]: object.checksum.value, "x-amz-checksum-type": "FULL_OBJECT" });
  const bytes = bytesOf(machine, bucket, object);
  const range = /^bytes=(\d*)-(\d*)$/.exec(headers.get("range") ?? "");
  if (range === null || (range[1] === "" && range[2] === "")) return { status: 200, headers: told, body: bytes };
  const [, first = "", last = ""] = range;
  const start = first === "" ? Math.max(0, bytes.length - Number(last)) : Number(first);
  const end = first === "" || last === "" ? bytes.length - 1 : Math.min(Number(last), bytes.length - 1);
  if (start >= bytes.length || start > end)
    throw new StorageError("InvalidRange", { RangeRequested: headers.get("range") ?? "", ActualObjectSize: String(bytes.length) });
  return {
    status: 206,
    headers: { ...told, "Content-Range": `bytes ${start}-${end}/${bytes.length}` },
    body: bytes.subarray(start, end + 1),
  };
}

export function remove({ machine, bucket, key }: Place): SiteAnswer {
  removeObject(machine, bucket, key);
  return { status: 204 };
}

const unquoted = (tag: string) => tag.replace(/^W\//, "").replace(/^"|"$/g, "");
const titled = (name: string) => name.replace(/(^|-)[a-z]/g, (letter) => letter.toUpperCase());

function isUnchanged(object: StoredObject, headers: SiteRequest["headers"]): boolean {
  const tag = headers.get("if-none-match");
  if (tag !== undefined) return tag === "*" || tag.split(",").some((each) => unquoted(each.trim()) === object.etag);
  const since = Date.parse(headers.get("if-modified-since") ?? "");
  return !Number.isNaN(since) && Math.floor(object.modifiedMs / 1000) * 1000 <= since;
}
