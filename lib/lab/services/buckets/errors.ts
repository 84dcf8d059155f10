/**
 * What the storage refuses, in the words of S3: codes, statuses and messages as listed at docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html
 * ("List of error codes"), and as S3 words them where its list describes instead of quoting.
 */
import { element, XML_HEAD } from "./xml.ts";

interface Refusal {
  readonly status: number;
  readonly message: string;
}

const REFUSALS = {
  AccessControlListNotSupported: { status: 400, message: "The bucket does not allow ACLs" },
  AccessDenied: { status: 403, message: "Access Denied" },
  AuthorizationHeaderMalformed: { status: 400, message: "The authorization header is malformed" },
  AuthorizationQueryParametersError: { status: 400, message: "Error parsing the X-Amz-Credential parameter" },
  BadDigest: { status: 400, message: "The checksum you specified did not match the calculated checksum." },
  BucketAlreadyExists: {
    status: 409,
    message:
      "The requested bucket name is not available. The bucket namespace is shared by all users of the system. Please select a different name and try again.",
  },
  BucketNotEmpty: { status: 409, message: "The bucket you tried to delete is not empty" },
  EntityTooLarge: { status: 400, message: "Your proposed upload exceeds the maximum allowed size" },
  IncompleteBody: { status: 400, message: "The request body terminated unexpectedly" },
  InvalidAccessKeyId: { status: 403, message: "The AWS Access Key Id you provided does not exist in our records." },
  InvalidArgument: { status: 400, message: "Invalid Argument" },
  InvalidBucketName: { status: 400, message: "The specified bucket is not valid." },
  InvalidRange: { status: 416, message: "The requested range is not satisfiable" },
  InvalidRequest: { status: 400, message: "Invalid Request" },
  KeyTooLongError: { status: 400, message: "Your key is too long" },
  MalformedPolicy: { status: 400, message: "Policies must be valid JSON and the first byte must be '{'" },
  MalformedXML: { status: 400, message: "The XML you provided was not well-formed or did not validate against our published schema" },
  MethodNotAllowed: { status: 405, message: "The specified method is not allowed against this resource." },
  NoSuchBucket: { status: 404, message: "The specified bucket does not exist" },
  NoSuchBucketPolicy: { status: 404, message: "The bucket policy does not exist" },
  NoSuchKey: { status: 404, message: "The specified key does not exist." },
  NoSuchPublicAccessBlockConfiguration: { status: 404, message: "The public access block configuration was not found" },
  NotImplemented: { status: 501, message: "A header you provided implies functionality that is not implemented" },
  PreconditionFailed: { status: 412, message: "At least one of the pre-conditions you specified did not hold" },
  /** Not of S3, which has no such limit: the word of Ceph's gateway (docs.ceph.com/en/latest/radosgw/s3/). */
  QuotaExceeded: { status: 403, message: "Your quota is used up" },
  RequestTimeTooSkewed: { status: 403, message: "The difference between the request time and the current time is too large." },
  SignatureDoesNotMatch: {
    status: 403,
    message: "The request signature we calculated does not match the signature you provided. Check your key and signing method.",
  },
  TooManyBuckets: { status: 400, message: "You have attempted to create more buckets than allowed" },
  XAmzContentSHA256Mismatch: { status: 400, message: "The provided 'x-amz-content-sha256' header does not match what was computed." },
} as const satisfies Readonly<Record<string, Refusal>>;

export type StorageCode = keyof typeof REFUSALS;

export class StorageError extends Error {
  readonly status: number;

  constructor(
    readonly code: StorageCode,
    /** Further elements of the answer, by name. */
    readonly details: Readonly<Record<string, string>> = {},
    message: string = REFUSALS[code].message,
  ) {
    super(message);
    this.status = REFUSALS[code].status;
  }
}

/** What this world does not model, said by name. */
export function notModeled(what: string): StorageError {
  return new StorageError("NotImplemented", {}, `${what} is real, but this world's object storage does not model it.`);
}

/** The document of "REST error responses". */
export function errorXml({ code, message, details }: StorageError, requestId: string, hostId: string): string {
  const parts = Object.entries({ Code: code, Message: message, ...details, RequestId: requestId, HostId: hostId });
  return `${XML_HEAD}<Error>${parts.map(([name, value]) => element(name, value)).join("")}</Error>`;
}
