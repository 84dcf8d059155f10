/** https://buckets.test/: S3's REST interface, path-style (docs.aws.amazon.com/AmazonS3/latest/API/Welcome.html). */
import type { Machine } from "../../../kernel/types.ts";
import { decode } from "../../../programs/core/io.ts";
import type { SiteAnswer, SiteRequest } from "../http-service.ts";
import { errorXml, notModeled, StorageError } from "./errors.ts";
import { listObjects, xmlAnswer } from "./list.ts";
import { CONSOLE, REGION } from "./names.ts";
import { get, put, remove } from "./objects.ts";
import { payloadOf } from "./payload.ts";
import { fits, publicKeys } from "./policy.ts";
import { decoded, queryOf, signerOf } from "./signature.ts";
import { type AccessKey, addBucket, type Bucket, changeBucket, readObjects, readState, removeBucket, removeObject } from "./state.ts";
import { documentOf, element, insides, textOf } from "./xml.ts";

const OWNER = `<Owner>${element("ID", "learner")}</Owner>`;
const BLOCKS = ["BlockPublicAcls", "IgnorePublicAcls", "BlockPublicPolicy", "RestrictPublicBuckets"];
/** Parts of an address that ask for something else than the bucket's list or the object's bytes. */
const SUBRESOURCES =
  /^(accelerate|acl|analytics|attributes|cors|delete|encryption|intelligent-tiering|inventory|legal-hold|lifecycle|location|logging|metrics|notification|object-lock|ownershipControls|partNumber|policy|policyStatus|publicAccessBlock|replication|requestPayment|restore|retention|select|tagging|torrent|uploadId|uploads|versionId|versioning|versions|website)$/;

interface Asked {
  readonly machine: Machine;
  readonly request: SiteRequest;
  readonly query: ReadonlyMap<string, string>;
  /** Undefined: anonymous. */
  readonly key: AccessKey | undefined;
}

export function storageApi(machine: Machine, request: SiteRequest): SiteAnswer {
  const random = (length: number) => Array.from({ length }, () => Math.floor(machine.kernel.random() * 16).toString(16)).join("");
  const [id, hostId] = [random(16).toUpperCase(), btoa(random(24))];
  const marks = { Server: "AmazonS3", "x-amz-request-id": id, "x-amz-id-2": hostId };
  try {
    const answer = route(machine, request);
    return { ...answer, headers: { ...marks, ...answer.headers } };
  } catch (error) {
    if (!(error instanceof StorageError)) throw error;
    const isHead = request.method === "HEAD";
    return {
      status: error.status,
      headers: { ...marks, "Content-Type": "application/xml" },
      body: isHead ? "" : errorXml(error, id, hostId),
    };
  }
}

function route(machine: Machine, request: SiteRequest): SiteAnswer {
  const { method, target, headers } = request;
  const [path = "/"] = target.split("?");
  const [bucketPart = "", ...rest] = path.slice(1).split("/");
  const bucket = decoded(bucketPart);
  const objectKey = decoded(rest.join("/"));
  // As s3.amazonaws.com sends somebody who only looks to a page for people.
  if (bucket === "" && (method === "GET" || method === "HEAD") && headers.get("accept")?.includes("text/html"))
    return { status: 307, headers: { Location: `https://${CONSOLE}/` } };
  const { keys } = readState(machine);
  const key = signerOf(request, (id) => keys.find((each) => each.id === id), machine.kernel.clock.now());
  const asked: Asked = { machine, request, query: new Map(queryOf(target)), key };
  if (bucket === "") return service(asked);
  const about = [...asked.query.keys()].find((name) => SUBRESOURCES.test(name));
  if (objectKey === "") return aboutBucket(asked, bucket, about);
  return aboutObject(asked, bucket, objectKey, about);
}

function service({ machine, request, key }: Asked): SiteAnswer {
  if (key === undefined) throw new StorageError("AccessDenied");
  if (request.method !== "GET") throw new StorageError("MethodNotAllowed", { Method: request.method, ResourceType: "SERVICE" });
  const buckets = readState(machine).buckets.map(
    ({ name, createdMs }) => `<Bucket>${element("Name", name)}${element("CreationDate", new Date(createdMs).toISOString())}</Bucket>`,
  );
  return xmlAnswer(documentOf("ListAllMyBucketsResult", `${OWNER}<Buckets>${buckets.join("")}</Buckets>`));
}

/** The learner's bucket. Throws StorageError when there is none, and when it is somebody else's. */
function ownBucket(machine: Machine, name: string): Bucket {
  const { buckets, taken } = readState(machine);
  const found = buckets.find((each) => each.name === name);
  if (found !== undefined) return found;
  if (taken.includes(name)) throw new StorageError("AccessDenied");
  throw new StorageError("NoSuchBucket", { BucketName: name });
}

function aboutBucket(asked: Asked, name: string, about: string | undefined): SiteAnswer {
  const { machine, request, query, key } = asked;
  const { method } = request;
  if (method === "PUT" && about === undefined) {
    if (key === undefined) throw new StorageError("AccessDenied");
    return createBucket(asked, name);
  }
  const bucket = ownBucket(machine, name);
  if (method === "POST" && about === undefined) throw notModeled("Uploading by a signed form (POST Object)");
  // Policies of this world let everybody read objects, and never the bucket.
  if (key === undefined) throw new StorageError("AccessDenied");
  if (about !== undefined) return subresource(asked, bucket, about);
  if (method === "GET") return listObjects(name, readObjects(machine, name), query);
  if (method === "HEAD") return { status: 200, headers: { "x-amz-bucket-region": REGION } };
  if (method !== "DELETE") throw new StorageError("MethodNotAllowed", { Method: method, ResourceType: "BUCKET" });
  removeBucket(machine, name);
  return { status: 204 };
}

function createBucket({ machine, request }: Asked, name: string): SiteAnswer {
  const acl = request.headers.get("x-amz-acl");
  if (acl !== undefined && acl !== "private")
    throw new StorageError("InvalidRequest", {}, "Bucket cannot have ACLs set with ObjectOwnership's BucketOwnerEnforced setting");
  const region = textOf(decode(payloadOf(request).bytes), "LocationConstraint");
  if (region !== undefined && region !== "" && region !== REGION)
    throw new StorageError("InvalidRequest", {}, `This storage has one region, ${REGION}; ${region} is none of its.`);
  addBucket(machine, name);
  return { status: 200, headers: { Location: `/${name}` } };
}

function subresource(asked: Asked, bucket: Bucket, about: string): SiteAnswer {
  const { machine, request } = asked;
  const { method } = request;
  const { name } = bucket;
  const change = (next: (before: Bucket) => Bucket, status: number): SiteAnswer => {
    changeBucket(machine, name, next);
    return { status };
  };
  const text = () => decode(payloadOf(request).bytes);
  switch (`${method} ${about}`) {
    case "GET location":
      return xmlAnswer(documentOf("LocationConstraint", ""));
    case "GET versioning":
      return xmlAnswer(documentOf("VersioningConfiguration", ""));
    case "GET policy":
      if (bucket.policy === undefined) throw new StorageError("NoSuchBucketPolicy", { BucketName: name });
      return { status: 200, headers: { "Content-Type": "application/json" }, body: bucket.policy };
    case "PUT policy": {
      setPolicy(machine, bucket, text());
      return { status: 204 };
    }
    case "DELETE policy":
      return change(({ policy: _, ...before }) => before, 204);
    case "GET policyStatus":
      return xmlAnswer(documentOf("PolicyStatus", element("IsPublic", isPublic(bucket))));
    case "GET publicAccessBlock":
      if (!bucket.isBlocked) throw new StorageError("NoSuchPublicAccessBlockConfiguration", { BucketName: name });
      return xmlAnswer(documentOf("PublicAccessBlockConfiguration", BLOCKS.map((each) => element(each, true)).join("")));
    case "PUT publicAccessBlock": {
      const given = text();
      const [first, ...others] = BLOCKS.map((each) => textOf(given, each) === "true");
      if (others.some((each) => each !== first)) throw notModeled("Blocking public access in part");
      return change((before) => ({ ...before, isBlocked: first === true }), 200);
    }
    case "DELETE publicAccessBlock":
      return change((before) => ({ ...before, isBlocked: false }), 204);
    case "POST delete":
      return deleteSeveral(machine, name, text());
    case "PUT acl":
      throw new StorageError("AccessControlListNotSupported");
    default:
      throw notModeled(`${method} of ?${about}`);
  }
}

/** Throws StorageError for what is no policy, and for one that Block Public Access forbids. */
export function setPolicy(machine: Machine, bucket: Bucket, text: string): void {
  const { name } = bucket;
  if (publicKeys(text, name).length > 0 && bucket.isBlocked)
    throw new StorageError(
      "AccessDenied",
      {},
      `User: arn:aws:iam::123456789012:user/learner is not authorized to perform: s3:PutBucketPolicy on resource: "arn:aws:s3:::${name}" because public policies are prevented by the BlockPublicPolicy setting in S3 Block Public Access.`,
    );
  changeBucket(machine, name, (before) => ({ ...before, policy: text }));
}

/** Whether somebody unknown may read something there. */
export function isPublic({ policy, isBlocked, name }: Bucket): boolean {
  return !isBlocked && policy !== undefined && publicKeys(policy, name).length > 0;
}

function deleteSeveral(machine: Machine, bucket: string, xml: string): SiteAnswer {
  const keys = insides(xml, "Object").map((each) => textOf(each, "Key"));
  if (keys.length === 0 || keys.length > 1000 || keys.includes(undefined)) throw new StorageError("MalformedXML");
  const isQuiet = textOf(xml, "Quiet") === "true";
  const deleted = keys.map((key = "") => {
    removeObject(machine, bucket, key);
    return isQuiet ? "" : `<Deleted>${element("Key", key)}</Deleted>`;
  });
  return xmlAnswer(documentOf("DeleteResult", deleted.join("")));
}

function aboutObject(asked: Asked, name: string, key: string, about: string | undefined): SiteAnswer {
  const { machine, request, query } = asked;
  const { method } = request;
  const bucket = ownBucket(machine, name);
  const isReading = method === "GET" || method === "HEAD";
  if (asked.key === undefined && !(isReading && about === undefined && mayRead(bucket, key) && readObjects(machine, name).has(key)))
    // Who may not list a bucket does not learn either that a key is not there (GetObject, "Permissions").
    throw new StorageError("AccessDenied");
  if (about === "acl" && method === "PUT") throw new StorageError("AccessControlListNotSupported");
  if (about === "uploads" || about === "uploadId") throw notModeled("Uploading in parts (multipart upload)");
  if (about !== undefined) throw notModeled(`${method} of ?${about}`);
  const place = { machine, bucket: name, key };
  if (method === "PUT") return put(place, request);
  if (method === "DELETE") return remove(place);
  if (isReading) return get(place, request, query, asked.key !== undefined);
  throw new StorageError("MethodNotAllowed", { Method: method, ResourceType: "OBJECT" });
}

function mayRead(bucket: Bucket, key: string): boolean {
  return isPublic(bucket) && bucket.policy !== undefined && fits(publicKeys(bucket.policy, bucket.name), key);
}
