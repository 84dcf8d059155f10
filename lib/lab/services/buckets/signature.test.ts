import { expect, test } from "vitest";
import type { SiteRequest } from "../http-service.ts";
import { StorageError } from "./errors.ts";
import { signerOf } from "./signature.ts";

/** The key pair and the requests of the pages "Authenticating Requests: Using the Authorization Header" and "Using Query Parameters". */
const key = { id: "AKIAIOSFODNN7EXAMPLE", secret: "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY", title: "example", addedMs: 0 };
const then = Date.UTC(2013, 4, 24);
const HOST = "examplebucket.s3.amazonaws.com";
const keyOf = (id: string) => (id === key.id ? key : undefined);

function request(method: string, target: string, headers: Readonly<Record<string, string>>): SiteRequest {
  const url = new URL(target, `https://${HOST}`);
  return { method, target, url, isSecure: true, headers: new Map(Object.entries({ host: HOST, ...headers })), body: new Uint8Array(0) };
}

const authorization = (headers: string, signature: string) =>
  `AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE/20130524/us-east-1/s3/aws4_request,SignedHeaders=${headers},Signature=${signature}`;

const EMPTY = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

const examples = [
  request("GET", "/test.txt", {
    range: "bytes=0-9",
    "x-amz-content-sha256": EMPTY,
    "x-amz-date": "20130524T000000Z",
    authorization: authorization(
      "host;range;x-amz-content-sha256;x-amz-date",
      "f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41",
    ),
  }),
  request("PUT", "/test%24file.text", {
    date: "Fri, 24 May 2013 00:00:00 GMT",
    "x-amz-date": "20130524T000000Z",
    "x-amz-storage-class": "REDUCED_REDUNDANCY",
    "x-amz-content-sha256": "44ce7dd67c959e0d3524ffac1771dfbba87d2b6b4b4e99e42034a8b803f8b072",
    authorization: authorization(
      "date;host;x-amz-content-sha256;x-amz-date;x-amz-storage-class",
      "98ad721746da40c64f1a55b78f14c238d841ea1380cd77a1b5971af0ece108bd",
    ),
  }),
  request("GET", "/?lifecycle", {
    "x-amz-date": "20130524T000000Z",
    "x-amz-content-sha256": EMPTY,
    authorization: authorization(
      "host;x-amz-content-sha256;x-amz-date",
      "fea454ca298b7da1c68078a5d1bdbfbbe0d65c699e0f91ac7a200a0136783543",
    ),
  }),
  request("GET", "/?max-keys=2&prefix=J", {
    "x-amz-date": "20130524T000000Z",
    "x-amz-content-sha256": EMPTY,
    authorization: authorization(
      "host;x-amz-content-sha256;x-amz-date",
      "34b48302e7b5fa45bde8084f4b7868a86f0a534bc59db6670ed5711ef69dc6f7",
    ),
  }),
];

const presigned =
  "/test.txt?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=AKIAIOSFODNN7EXAMPLE%2F20130524%2Fus-east-1%2Fs3%2Faws4_request&X-Amz-Date=20130524T000000Z&X-Amz-Expires=86400&X-Amz-SignedHeaders=host&X-Amz-Signature=aeeed9bbccd4d02ee5c0109b86d86835f995330da4c265957d157751f604d404";

/** The refusal. */
function refusal(asked: SiteRequest, nowMs = then): StorageError {
  try {
    signerOf(asked, keyOf, nowMs);
  } catch (error) {
    if (error instanceof StorageError) return error;
    throw error;
  }
  throw new Error("it was not refused");
}

test("the documentation's own signatures are right, and nobody else's", () => {
  for (const each of examples) {
    expect(signerOf(each, keyOf, then)).toBe(key);
    expect(refusal({ ...each, method: "DELETE" }).code).toBe("SignatureDoesNotMatch");
    expect(refusal({ ...each, target: each.target.replace("/", "/x") }).code).toBe("SignatureDoesNotMatch");
  }
});

test("an address that was signed is good until it expires", () => {
  const asked = request("GET", presigned, {});
  expect(signerOf(asked, keyOf, then + 86_400_000)).toBe(key);
  expect(refusal(asked, then + 86_401_000)).toMatchObject({
    code: "AccessDenied",
    message: "Request has expired",
    details: { "X-Amz-Expires": "86400", Expires: "2013-05-25T00:00:00Z", ServerTime: "2013-05-25T00:00:01Z" },
  });
  expect(refusal(request("GET", presigned.replace("86400", "86401"), {})).code).toBe("SignatureDoesNotMatch");
});

test("addresses of version 2 are as the documentation and boto3 1.43 sign them", () => {
  const target = (signature: string, more = "") =>
    `/johnsmith/photos/puppy.jpg?${more}AWSAccessKeyId=AKIAIOSFODNN7EXAMPLE&Signature=${signature}&Expires=1175139620`;
  const typed = target("A9E3r%2BR826xKfIzzCp9tE4JsiP4%3D", "response-content-type=image%2Fjpeg&");
  expect(signerOf(request("GET", typed, {}), keyOf, 0)).toBe(key);
  expect(refusal(request("GET", typed.replace("jpeg", "png"), {}), 0).code).toBe("SignatureDoesNotMatch");
  const asked = request("GET", target("NpgCjnDzrM%2BWFzoENXmpNDUsSn8%3D"), {});
  expect(signerOf(asked, keyOf, 1_175_139_620_000)).toBe(key);
  expect(refusal(asked, 1_175_139_621_000).message).toBe("Request has expired");
  expect(refusal({ ...asked, method: "PUT" }, 0).code).toBe("SignatureDoesNotMatch");
});

test("what is wrong with a signature is said", () => {
  const [first] = examples;
  if (first === undefined) throw new Error("there is no example");
  const changed = (from: string, to: string) =>
    refusal({ ...first, headers: new Map([...first.headers].map(([name, value]) => [name, value.replace(from, to)])) });
  expect(refusal(first, then + 16 * 60_000).code).toBe("RequestTimeTooSkewed");
  expect(changed("AKIAIOSFODNN7EXAMPLE", "AKIAI44QH8DHBEXAMPLE")).toMatchObject({
    code: "InvalidAccessKeyId",
    details: { AWSAccessKeyId: "AKIAI44QH8DHBEXAMPLE" },
  });
  expect(changed("us-east-1", "eu-central-1").message).toBe(
    "The authorization header is malformed; the region 'eu-central-1' is wrong; expecting 'us-east-1'",
  );
  expect(changed("AWS4-HMAC-SHA256 ", "AWS ").message).toContain("Please use AWS4-HMAC-SHA256.");
  const acl = refusal({ ...first, headers: new Map([...first.headers, ["x-amz-acl", "public-read"]]) });
  expect(acl).toMatchObject({ code: "AccessDenied", details: { HeadersNotSigned: "x-amz-acl" } });
});
