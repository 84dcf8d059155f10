/** "General purpose bucket naming rules" (docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html). */

/** The rules that most names break, in a sentence. */
export const NAMING_RULE =
  "3 to 63 characters: lower-case letters, digits, dots and hyphens. The first and the last one are a letter or a digit.";

const RESERVED_BEGINNINGS = ["xn--", "sthree-", "amzn-s3-demo-"];
const RESERVED_ENDS = ["-s3alias", "--ol-s3", ".mrap", "--x-s3", "--table-s3"];

/** Which rule a name breaks, in a sentence for whoever chose it; undefined when S3 would take it. */
export function bucketNameProblem(name: string): string | undefined {
  const length = [...name].length;
  if (length < 3 || length > 63) return `This one has ${length} ${length === 1 ? "character" : "characters"}.`;
  const strange = [...new Set([...name].filter((character) => !/[a-z0-9.-]/.test(character)))];
  if (strange.length > 0)
    return `This one has ${strange.map((character) => (character === " " ? "a space" : `“${character}”`)).join(", ")} in it.`;
  if (!/^[a-z0-9]/.test(name)) return `This one begins with “${name[0]}”.`;
  if (!/[a-z0-9]$/.test(name)) return `This one ends with “${name.at(-1)}”.`;
  if (name.includes("..")) return "Two dots must not follow each other.";
  if (/^\d+\.\d+\.\d+\.\d+$/.test(name)) return "A name must not look like an IP address.";
  const beginning = RESERVED_BEGINNINGS.find((each) => name.startsWith(each));
  if (beginning !== undefined) return `Names that begin with “${beginning}” are reserved.`;
  const end = RESERVED_ENDS.find((each) => name.endsWith(each));
  return end === undefined ? undefined : `Names that end with “${end}” are reserved.`;
}
