import * as z from "zod";

/** `buckets:` of lab.yaml: what is in the object storage at https://buckets.test/ from the lab's start. */

const bucketName = z
  .string()
  .regex(/^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/, "a bucket's name is 3 to 63 lower-case letters, digits, dots and hyphens");

const bucket = z.strictObject({
  public: z.boolean().optional().describe("Everybody may read its objects; only its owner if left out."),
});

export const bucketsSchema = z
  .strictObject({
    keys: z
      .array(z.string())
      .optional()
      .describe("Machines whose user has an access key from the start, in ~/.aws/credentials, where boto3 looks for it."),
    own: z
      .union([z.array(bucketName), z.record(bucketName, bucket)])
      .optional()
      .describe("Buckets that the learner has from the start."),
    taken: z.array(bucketName).optional().describe("Names that somebody else has, besides the usual ones (media, uploads …)."),
  })
  .describe("The object storage at https://buckets.test/, which every lab has: access keys and buckets that are there from the start.");

export type BucketsFile = z.infer<typeof bucketsSchema>;
