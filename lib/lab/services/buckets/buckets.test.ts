import { afterAll, beforeAll, expect, test } from "vitest";
import { machineOf, type TestLab, type Typist, testLab } from "../../several-machines-testing.ts";
import { signedHeaders } from "./signing-testing.ts";

let lab: TestLab;
let laptop: Typist;
let key: { id: string; secret: string };

beforeAll(async () => {
  lab = await testLab([machineOf("laptop")], {
    buckets: { keys: ["laptop"], own: [{ name: "open-bucket", isPublic: true }], taken: ["acme-media"] },
  });
  laptop = lab.open("laptop");
  const [, id = "", secret = ""] =
    /aws_access_key_id = (\S+)\naws_secret_access_key = (\S+)/.exec(await laptop.run("cat ~/.aws/credentials")) ?? [];
  key = { id, secret };
});
afterAll(() => lab.close());

interface Said {
  readonly status: number;
  readonly text: string;
  readonly header: (name: string) => string | undefined;
}

async function ask(
  method: string,
  target: string,
  more: { body?: string; headers?: Record<string, string>; as?: typeof key | "nobody" } = {},
): Promise<Said> {
  const body = new TextEncoder().encode(more.body ?? "");
  const { as = key, headers = {} } = more;
  const atMs = lab.world.kernel.clock.now();
  const sent = as === "nobody" ? Object.entries(headers) : signedHeaders({ method, target, body, atMs, key: as, headers });
  const answer = await lab.world.http("laptop", {
    url: `https://buckets.test${target}`,
    method,
    headers: sent,
    body: more.body === undefined ? undefined : body,
    grading: false,
    timeoutMs: 60_000,
  });
  if (!("status" in answer)) throw new Error(`no answer: ${answer.failure}`);
  const header = (name: string) => answer.headers.find(([each]) => each.toLowerCase() === name)?.[1];
  return { status: answer.status, text: new TextDecoder().decode(answer.body), header };
}

const policy = (bucket: string, keys = "*") =>
  JSON.stringify({
    Version: "2012-10-17",
    Statement: [{ Sid: "all", Effect: "Allow", Principal: "*", Action: ["s3:GetObject"], Resource: `arn:aws:s3:::${bucket}/${keys}` }],
  });

test("a machine that has a key finds it where clients look, for its user alone", async () => {
  expect(await laptop.run("cat ~/.aws/config; stat -c '%a %U' ~/.aws ~/.aws/*")).toBe(
    "[default]\nregion = us-east-1\nendpoint_url = https://buckets.test\n700 learner\n600 learner\n600 learner\n",
  );
  expect(key.id).toMatch(/^AKIA[A-Z2-7]{16}$/);
});

test("who does not sign, or signs with another secret, is refused in S3's words", async () => {
  const anonymous = await ask("GET", "/", { as: "nobody" });
  expect(anonymous).toMatchObject({
    status: 403,
    text: expect.stringContaining("<Code>AccessDenied</Code><Message>Access Denied</Message>"),
  });
  expect(anonymous.header("content-type")).toBe("application/xml");
  expect(await ask("GET", "/", { as: { ...key, secret: "wrong" } })).toMatchObject({
    status: 403,
    text: expect.stringMatching(
      /^<\?xml version="1.0" encoding="UTF-8"\?>\n<Error><Code>SignatureDoesNotMatch<\/Code><Message>The request signature we calculated does not match the signature you provided\. Check your key and signing method\.<\/Message><AWSAccessKeyId>AKIA/,
    ),
  });
  expect((await ask("GET", "/", { as: { ...key, id: "AKIAIOSFODNN7EXAMPLE" } })).text).toContain("<Code>InvalidAccessKeyId</Code>");
});

test("a name belongs to one bucket in the world", async () => {
  expect(await ask("PUT", "/media")).toMatchObject({ status: 409, text: expect.stringContaining("<Code>BucketAlreadyExists</Code>") });
  expect((await ask("PUT", "/acme-media")).status).toBe(409);
  expect((await ask("PUT", "/Our_Photos")).text).toContain("<Code>InvalidBucketName</Code><Message>The specified bucket is not valid.");
  expect(await ask("PUT", "/names-1")).toMatchObject({ status: 200 });
  expect((await ask("PUT", "/names-1")).status).toBe(200);
  expect((await ask("HEAD", "/acme-media")).status).toBe(403);
  expect((await ask("GET", "/nobody-has-this")).text).toContain(
    "<Code>NoSuchBucket</Code><Message>The specified bucket does not exist</Message>",
  );
  expect((await ask("GET", "/")).text).toContain("<Bucket><Name>names-1</Name>");
  expect((await ask("DELETE", "/names-1")).status).toBe(204);
});

test("an object is what was put there, and comes back with what was said of it", async () => {
  const target = "/open-bucket/photos/k%C3%A4se%20%281%29.txt";
  const put = await ask("PUT", target, { body: "hello", headers: { "content-type": "text/plain", "x-amz-meta-by": "ann" } });
  expect(put).toMatchObject({ status: 200 });
  expect(put.header("etag")).toBe('"5d41402abc4b2a76b9719d911017c592"');
  const got = await ask("GET", target);
  expect([got.text, got.header("content-type"), got.header("x-amz-meta-by")]).toEqual(["hello", "text/plain", "ann"]);
  expect(await ask("GET", target, { headers: { range: "bytes=1-2" } })).toMatchObject({ status: 206, text: "el" });
  expect((await ask("GET", target, { headers: { range: "bytes=9-" } })).status).toBe(416);
  expect((await ask("GET", target, { headers: { "if-none-match": '"5d41402abc4b2a76b9719d911017c592"' } })).status).toBe(304);
  expect(await ask("HEAD", target)).toMatchObject({ status: 200, text: "" });
  expect((await ask("PUT", "/open-bucket/copy", { headers: { "x-amz-copy-source": target } })).text).toContain("<CopyObjectResult");
  expect((await ask("GET", "/open-bucket/copy")).text).toBe("hello");
  expect(await ask("GET", "/open-bucket/nothing")).toMatchObject({
    status: 404,
    text: expect.stringContaining("<Code>NoSuchKey</Code><Message>The specified key does not exist.</Message><Key>nothing</Key>"),
  });
  expect((await ask("DELETE", "/open-bucket")).text).toContain("<Code>BucketNotEmpty</Code>");
  expect((await ask("DELETE", "/open-bucket/copy")).status).toBe(204);
  expect((await ask("DELETE", "/open-bucket/copy")).status).toBe(204);
});

test("bytes that are not those that were meant are refused", async () => {
  const spoiled = await ask("PUT", "/open-bucket/x", { body: "hello", headers: { "x-amz-checksum-crc32": "AAAAAA==" } });
  expect(spoiled.text).toContain("<Code>BadDigest</Code><Message>The CRC32 you specified did not match the calculated checksum.</Message>");
  const right = await ask("PUT", "/open-bucket/x", { body: "hello", headers: { "x-amz-checksum-crc32": "NhCmhg==" } });
  expect(right.header("x-amz-checksum-crc32")).toBe("NhCmhg==");
  const other = await ask("PUT", "/open-bucket/x", { body: "hello", headers: { "x-amz-content-sha256": "a".repeat(64) } });
  expect(other.text).toContain("<Code>XAmzContentSHA256Mismatch</Code>");
});

test("a body comes in chunks, its checksum after it, as boto3 sends it over https", async () => {
  const body = "5\r\nhello\r\n0\r\nx-amz-checksum-crc32:NhCmhg==\r\n\r\n";
  const headers = {
    "content-encoding": "aws-chunked",
    "x-amz-content-sha256": "STREAMING-UNSIGNED-PAYLOAD-TRAILER",
    "x-amz-decoded-content-length": "5",
    "x-amz-trailer": "x-amz-checksum-crc32",
  };
  expect((await ask("PUT", "/open-bucket/chunked", { body, headers })).status).toBe(200);
  const got = await ask("GET", "/open-bucket/chunked");
  expect([got.text, got.header("content-encoding")]).toEqual(["hello", undefined]);
  expect((await ask("PUT", "/open-bucket/chunked", { body: body.replace("hello", "hallo"), headers })).text).toContain("BadDigest");
  expect((await ask("PUT", "/open-bucket/chunked", { body: body.slice(0, 6), headers })).text).toContain("IncompleteBody");
});

test("lists are sorted, cut into pages and grouped", async () => {
  await ask("PUT", "/list-1");
  for (const name of ["b/2", "a", "b/1", "10", "9", "c"]) await ask("PUT", `/list-1/${name}`, { body: "x" });
  const keys = (text: string) => [...text.matchAll(/<Key>(.*?)<\/Key>/g)].map(([, name]) => name);
  expect(keys((await ask("GET", "/list-1?list-type=2")).text)).toEqual(["10", "9", "a", "b/1", "b/2", "c"]);
  const grouped = (await ask("GET", "/list-1?delimiter=%2F&list-type=2")).text;
  expect([keys(grouped), grouped.match(/<CommonPrefixes>.*?<\/CommonPrefixes>/g)]).toEqual([
    ["10", "9", "a", "c"],
    ["<CommonPrefixes><Prefix>b/</Prefix></CommonPrefixes>"],
  ]);
  const first = (await ask("GET", "/list-1?list-type=2&max-keys=4")).text;
  const token = /<NextContinuationToken>(.*?)</.exec(first)?.[1] ?? "";
  const second = (await ask("GET", `/list-1?continuation-token=${encodeURIComponent(token)}&list-type=2`)).text;
  expect([keys(first), keys(second), second.includes("<IsTruncated>false</IsTruncated>")]).toEqual([
    ["10", "9", "a", "b/1"],
    ["b/2", "c"],
    true,
  ]);
  expect(keys((await ask("GET", "/list-1?marker=b%2F1")).text)).toEqual(["b/2", "c"]);
  const gone = "<Delete><Object><Key>a</Key></Object><Object><Key>b/1</Key></Object></Delete>";
  expect((await ask("POST", "/list-1?delete", { body: gone })).text).toContain("<Deleted><Key>a</Key></Deleted>");
  expect(keys((await ask("GET", "/list-1?list-type=2&prefix=b")).text)).toEqual(["b/2"]);
});

test("a bucket is private until its owner lets everybody read, which takes two steps", async () => {
  await ask("PUT", "/cakes-1");
  await ask("PUT", "/cakes-1/photos/cake.txt", { body: "cake" });
  await ask("PUT", "/cakes-1/bills/1.txt", { body: "bill" });
  const curl = "curl -s -o /dev/null -w '%{http_code}\\n' https://buckets.test/cakes-1";
  expect(await laptop.run(`${curl}/photos/cake.txt`)).toBe("403\n");
  expect((await ask("PUT", "/cakes-1/x", { headers: { "x-amz-acl": "public-read" } })).text).toContain(
    "<Code>AccessControlListNotSupported</Code><Message>The bucket does not allow ACLs</Message>",
  );
  expect((await ask("PUT", "/cakes-1?policy", { body: policy("cakes-1", "photos/*") })).text).toContain(
    "because public policies are prevented by the BlockPublicPolicy setting in S3 Block Public Access.",
  );
  expect((await ask("DELETE", "/cakes-1?publicAccessBlock")).status).toBe(204);
  expect((await ask("PUT", "/cakes-1?policy", { body: policy("cakes-1", "photos/*") })).status).toBe(204);
  expect(await laptop.run(`for it in photos/cake.txt photos/none bills/1.txt ''; do ${curl}/$it; done`)).toBe("200\n403\n403\n403\n");
  expect((await ask("GET", "/cakes-1?policyStatus")).text).toContain("<IsPublic>true</IsPublic>");
  expect((await ask("PUT", "/cakes-1/photos/cake.txt", { body: "mine now", as: "nobody" })).status).toBe(403);
  expect((await ask("PUT", "/cakes-1?policy", { body: policy("other") })).text).toContain("<Code>MalformedPolicy</Code>");
  const listing = policy("cakes-1").replace("s3:GetObject", "s3:ListBucket");
  expect((await ask("PUT", "/cakes-1?policy", { body: listing })).text).toContain(
    "The action s3:ListBucket in a bucket policy is real, but this world's object storage does not model it.",
  );
});

test("no name of a bucket, pattern of a policy or wish for a header does harm", async () => {
  await ask("PUT", "/state");
  await ask("PUT", "/state/x", { body: "x" });
  expect((await ask("GET", "/state?list-type=2")).text).toContain("<Key>x</Key>");
  expect((await ask("GET", "/")).text).toContain("<Bucket><Name>open-bucket</Name>");
  await ask("DELETE", "/state?publicAccessBlock");
  await ask("PUT", "/state?policy", { body: policy("state", `${"*a".repeat(40)}*z`) });
  const fits = `${"a".repeat(40)}z`;
  await ask("PUT", `/state/${fits}`, { body: "fits" });
  const curl = "curl -s -o /dev/null -w '%{http_code}\\n' https://buckets.test/state";
  expect(await laptop.run(`${curl}/${fits}; ${curl}/${"a".repeat(200)}b`)).toBe("200\n403\n");
  expect((await ask("GET", `/state/${fits}?response-content-type=text%2Fplain`, { as: "nobody" })).status).toBe(400);
  const split = await ask("GET", "/state/x?response-content-type=a%0D%0AX-Split%3A%20b");
  expect([split.status, split.header("x-split")]).toEqual([400, undefined]);
});

test("what is not modeled says so by name", async () => {
  expect(await ask("POST", "/open-bucket/big?uploads")).toMatchObject({
    status: 501,
    text: expect.stringContaining(
      "<Code>NotImplemented</Code><Message>Uploading in parts (multipart upload) is real, but this world's object storage does not model it.",
    ),
  });
  expect((await ask("PUT", "/open-bucket?versioning", { body: "<x/>" })).text).toContain("PUT of ?versioning is real");
});

test("what is too large is told with the limit", async () => {
  const large = await ask("PUT", "/open-bucket/large", { body: "x".repeat(8 * 1024 * 1024 + 1) });
  expect(large).toMatchObject({
    status: 400,
    text: expect.stringContaining("<Code>EntityTooLarge</Code><Message>Your proposed upload exceeds the maximum allowed size</Message>"),
  });
  expect(large.text).toContain("<MaxSizeAllowed>8388608</MaxSizeAllowed>");
});

/** A page of the console, or what its form does. */
async function browse(path: string, form?: string) {
  const answer = await lab.world.http("laptop", {
    url: `https://console.buckets.test${path}`,
    method: form === undefined ? "GET" : "POST",
    headers: [],
    body: form === undefined ? undefined : new TextEncoder().encode(form),
    grading: false,
    timeoutMs: 60_000,
  });
  if (!("status" in answer)) throw new Error(`no answer: ${answer.failure}`);
  return { status: answer.status, text: new TextDecoder().decode(answer.body) };
}

test("people see it in the browser: buckets, objects, policies, and a secret once", async () => {
  expect((await browse("/", "name=media")).text).toContain("BucketAlreadyExists: The requested bucket name is not available.");
  expect((await browse("/", "name=Seen_1")).text).toContain(
    "InvalidBucketName: The specified bucket is not valid. A name has 3 to 63 characters: lower-case letters, digits, dots and hyphens.",
  );
  expect((await browse("/", "name=seen-1")).status).toBe(303);
  await ask("PUT", "/seen-1/%3Cb%3E.txt", { body: "bold", headers: { "content-type": "text/html" } });
  const page = (await browse("/buckets/seen-1")).text;
  expect(page).toContain("<b>&lt;b&gt;.txt</b>");
  expect(page).toContain('<span class="badge">Private</span>');
  expect((await browse("/buckets/seen-1/policy", `policy=${encodeURIComponent(policy("seen-1"))}`)).text).toContain("BlockPublicPolicy");
  await browse("/buckets/seen-1/unblock", "");
  expect((await browse("/buckets/seen-1/policy", `policy=${encodeURIComponent(policy("seen-1"))}`)).status).toBe(303);
  expect((await browse("/")).text).toContain("Public: everybody can read");
  const made = (await browse("/keys", "title=web-1")).text;
  const [, id = "", secret = ""] = /aws_access_key_id = (\S+)\naws_secret_access_key = (\S+)/.exec(made) ?? [];
  expect((await ask("GET", "/seen-1?list-type=2", { as: { id, secret } })).status).toBe(200);
  expect((await browse("/keys")).text).not.toContain(secret);
  await browse(`/keys/${id}`, "");
  expect((await ask("GET", "/seen-1?list-type=2", { as: { id, secret } })).text).toContain("InvalidAccessKeyId");
});

test("nothing is deleted before the console has asked", async () => {
  await browse("/", "name=asked-1");
  await ask("PUT", "/asked-1/a%20%26%20b.txt", { body: "kept" });
  const page = (await browse("/buckets/asked-1")).text;
  expect(page).toContain('<a class="button danger" href="/buckets/asked-1/remove?key=a%20%26%20b.txt" aria-label="Delete a &amp; b.txt">');
  const question = await browse("/buckets/asked-1/remove?key=a%20%26%20b.txt");
  expect(question.text).toContain("<h1>Delete a &amp; b.txt?</h1>");
  expect(question.text).toContain('<input type="hidden" name="key" value="a &amp; b.txt"><button class="danger">');
  expect((await ask("GET", "/asked-1/a%20%26%20b.txt")).text).toBe("kept");
  const full = (await browse("/buckets/asked-1/delete")).text;
  expect(full).toContain("It holds 1 object.");
  expect(full).not.toContain("<button");
  expect((await browse("/buckets/asked-1/remove", "key=a+%26+b.txt")).status).toBe(303);
  expect((await browse("/buckets/asked-1/remove?key=a%20%26%20b.txt")).status).toBe(404);
  expect((await browse("/buckets/asked-1/delete")).text).toContain("<h1>Delete the bucket asked-1?</h1>");
  expect((await browse("/buckets/asked-1")).status).toBe(200);
  expect((await browse("/buckets/asked-1/delete", "")).status).toBe(303);
  expect((await browse("/buckets/asked-1")).status).toBe(404);
  const id = /href="\/keys\/(AKIA\w+)"/.exec((await browse("/keys")).text)?.[1];
  expect((await browse(`/keys/${id}`)).text).toContain("Delete the access key “learner@laptop”?");
  expect((await browse("/keys")).text).toContain(`/keys/${id}`);
});
