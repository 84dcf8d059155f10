/** Lists of a bucket's objects: ListObjectsV2 and the older ListObjects (docs.aws.amazon.com/AmazonS3/latest/API/API_ListObjectsV2.html). */
import type { SiteAnswer } from "../http-service.ts";
import { StorageError } from "./errors.ts";
import { uriEncode } from "./signature.ts";
import type { Objects, StoredObject } from "./state.ts";
import { documentOf, element } from "./xml.ts";

const MOST_KEYS = 1000;

export const xmlAnswer = (body: string, status = 200): SiteAnswer => ({ status, headers: { "Content-Type": "application/xml" }, body });

export function listObjects(bucket: string, objects: Objects, query: ReadonlyMap<string, string>): SiteAnswer {
  const isNew = query.get("list-type") === "2";
  const prefix = query.get("prefix") ?? "";
  const delimiter = query.get("delimiter") ?? "";
  const asked = Number(query.get("max-keys") ?? MOST_KEYS);
  if (!Number.isInteger(asked) || asked < 0)
    throw new StorageError("InvalidArgument", { ArgumentName: "maxKeys", ArgumentValue: query.get("max-keys") ?? "" });
  const most = Math.min(asked, MOST_KEYS);
  const token = query.get("continuation-token");
  const after = isNew ? (token === undefined ? (query.get("start-after") ?? "") : tokenKey(token)) : (query.get("marker") ?? "");
  const isEncoded = query.get("encoding-type") === "url";
  const shown = (key: string) => (isEncoded ? uriEncode(key, true) : key);

  const contents: string[] = [];
  const prefixes: string[] = [];
  let last = "";
  let isTruncated = false;
  for (const [key, object] of objects) {
    if (!key.startsWith(prefix)) continue;
    const end = delimiter === "" ? -1 : key.indexOf(delimiter, prefix.length);
    const common = end < 0 ? undefined : key.slice(0, end + delimiter.length);
    if ((common ?? key) <= after || (common !== undefined && prefixes.at(-1) === common)) continue;
    if (contents.length + prefixes.length === most) {
      isTruncated = most > 0;
      break;
    }
    last = common ?? key;
    if (common === undefined) contents.push(entry(shown(key), object));
    else prefixes.push(common);
  }

  const next = isTruncated ? last : undefined;
  const inside = [
    element("Name", bucket),
    element("Prefix", shown(prefix)),
    isNew ? element("KeyCount", contents.length + prefixes.length) : element("Marker", shown(after)),
    isNew && token !== undefined && element("ContinuationToken", token),
    isNew && token === undefined && after !== "" && element("StartAfter", shown(after)),
    next !== undefined && (isNew ? element("NextContinuationToken", btoa(uriEncode(next))) : element("NextMarker", shown(next))),
    element("MaxKeys", asked),
    delimiter !== "" && element("Delimiter", shown(delimiter)),
    isEncoded && element("EncodingType", "url"),
    element("IsTruncated", isTruncated),
    ...contents,
    ...prefixes.map((each) => `<CommonPrefixes>${element("Prefix", shown(each))}</CommonPrefixes>`),
  ];
  return xmlAnswer(documentOf("ListBucketResult", inside.filter((part) => part !== false).join("")));
}

function entry(key: string, { modifiedMs, etag, size }: StoredObject): string {
  const modified = element("LastModified", new Date(modifiedMs).toISOString());
  return `<Contents>${element("Key", key)}${modified}${element("ETag", `"${etag}"`)}${element("Size", size)}${element("StorageClass", "STANDARD")}</Contents>`;
}

function tokenKey(token: string): string {
  try {
    return decodeURIComponent(atob(token));
  } catch {
    throw new StorageError("InvalidArgument", { ArgumentName: "continuation-token" }, "The continuation token provided is incorrect");
  }
}
