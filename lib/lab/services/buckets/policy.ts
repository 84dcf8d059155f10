/**
 * Bucket policies, as far as this world knows them: reading objects, for everybody ("Policies and permissions in Amazon S3",
 * docs.aws.amazon.com/AmazonS3/latest/userguide/access-policy-language-overview.html). What else a policy could say is refused by name, so that
 * nobody believes that it holds.
 */
import { notModeled, StorageError } from "./errors.ts";

const VERSIONS = ["2012-10-17", "2008-10-17"];
const STATEMENT = new Set(["Sid", "Effect", "Principal", "Action", "Resource"]);

type Json = Readonly<Record<string, unknown>>;

const isObject = (value: unknown): value is Json => typeof value === "object" && value !== null && !Array.isArray(value);

function malformed(message: string): StorageError {
  return new StorageError("MalformedPolicy", {}, message);
}

function textsOf(value: unknown): readonly string[] {
  const all: readonly unknown[] = Array.isArray(value) ? value : [value];
  return all.filter((each) => typeof each === "string");
}

/** The resources that everybody may read, as patterns of keys: "*", "photos/*". Throws StorageError for what is no policy. */
export function publicKeys(text: string, bucket: string): readonly string[] {
  let policy: unknown;
  try {
    policy = JSON.parse(text);
  } catch {
    throw malformed("This policy contains invalid Json");
  }
  if (!isObject(policy)) throw malformed("Policies must be valid JSON and the first byte must be '{'");
  if (policy.Version !== undefined && !VERSIONS.includes(String(policy.Version)))
    throw malformed("The policy must contain a valid version string");
  const statements: readonly unknown[] = Array.isArray(policy.Statement) ? policy.Statement : [policy.Statement];
  return statements.flatMap((statement) => {
    if (!isObject(statement)) throw malformed("Missing required field Statement");
    return keysOfStatement(statement, bucket);
  });
}

function keysOfStatement(statement: Json, bucket: string): readonly string[] {
  for (const field of ["Effect", "Principal", "Action", "Resource"])
    if (statement[field] === undefined) throw malformed(`Missing required field ${field}`);
  const unknown = Object.keys(statement).find((field) => !STATEMENT.has(field));
  if (unknown !== undefined) throw notModeled(`${unknown} in a bucket policy`);
  if (statement.Effect !== "Allow") throw notModeled(`The effect ${String(statement.Effect)} in a bucket policy`);
  const { Principal: principal } = statement;
  const who = textsOf(isObject(principal) ? principal.AWS : principal);
  if (who.length !== 1 || who[0] !== "*") throw notModeled("A policy for somebody in particular");
  const action = textsOf(statement.Action).find((each) => each.toLowerCase() !== "s3:getobject");
  if (action !== undefined) throw notModeled(`The action ${action} in a bucket policy`);
  const begin = `arn:aws:s3:::${bucket}/`;
  return textsOf(statement.Resource).map((resource) => {
    if (resource === `arn:aws:s3:::${bucket}`) throw malformed("Action does not apply to any resource(s) in statement");
    if (!resource.startsWith(begin)) throw malformed("Policy has invalid resource");
    return resource.slice(begin.length);
  });
}

/** Whether one of the patterns, in which * stands for anything and ? for one character, fits the key. */
export function fits(patterns: readonly string[], key: string): boolean {
  return patterns.some((pattern) => fitsOne(pattern, key));
}

/** Goes back to the last star only, so that many of them take no longer than pattern times key. */
function fitsOne(pattern: string, key: string): boolean {
  let [at, inKey] = [0, 0];
  let star: { readonly after: number; inKey: number } | undefined;
  while (inKey < key.length) {
    if (pattern[at] === "*") star = { after: ++at, inKey };
    else if (pattern[at] === "?" || (at < pattern.length && pattern[at] === key[inKey])) {
      at++;
      inKey++;
    } else if (star === undefined) return false;
    else {
      at = star.after;
      inKey = ++star.inKey;
    }
  }
  return /^\**$/.test(pattern.slice(at));
}
