/** What the lab puts there from the start: keys on machines, buckets of the learner's and of others. */
import type { Kernel } from "../../../kernel/kernel.ts";
import type { Machine } from "../../../kernel/types.ts";
import { accountOn } from "../../world/account.ts";
import type { SiteLab } from "../sleeping-site.ts";
import { BUCKETS, REGION } from "./names.ts";
import { addBucket, addKey, changeBucket, changeState, ROOT_FOLDER, STATE_FOLDER } from "./state.ts";

/** Short names were taken long ago, as they are everywhere. */
const TAKEN =
  "app assets backup backups bakery blog bucket cakes cat cdn data demo dev django downloads example files fotos harbor harbor-bakery images logs media my-app my-bucket my-files my-first-bucket mybucket mymedia my-media my-uploads photos pictures prod production public shop staging static storage store test test-bucket testbucket uploads web website".split(
    " ",
  );

export function seed(kernel: Kernel, machine: Machine, { buckets, machines }: SiteLab): void {
  for (const path of [ROOT_FOLDER, STATE_FOLDER]) machine.files.mkdir(path, { recursive: true });
  const own = buckets?.own ?? [];
  const taken = [...new Set([...TAKEN, ...(buckets?.taken ?? [])])].filter((name) => !own.some((each) => each.name === name)).sort();
  changeState(machine, (state) => ({ ...state, taken }));
  for (const { name, isPublic } of own) {
    addBucket(machine, name);
    if (isPublic) changeBucket(machine, name, (bucket) => ({ ...bucket, isBlocked: false, policy: everybodyReads(name) }));
  }
  for (const name of buckets?.keys ?? []) {
    const on = kernel.machines.get(name);
    const user = machines.find((each) => each.name === name)?.user;
    if (on === undefined || user === undefined) throw new Error(`The lab has no machine ${name}.`);
    giveKey(machine, on, user);
  }
}

export function everybodyReads(bucket: string): string {
  const statement = { Effect: "Allow", Principal: "*", Action: "s3:GetObject", Resource: `arn:aws:s3:::${bucket}/*` };
  return JSON.stringify({ Version: "2012-10-17", Statement: [statement] });
}

/** The two files that clients read ("Configuration and credential file settings in the AWS CLI"). */
function giveKey(machine: Machine, on: Machine, user: string): void {
  const { files } = on;
  const { uid, gid, home } = accountOn(on, user);
  const key = addKey(machine, `${user}@${on.hostname}`);
  const folder = `${home}/.aws`;
  if (!files.exists(folder)) files.mkdir(folder, { mode: 0o700 });
  files.chown(folder, uid, gid);
  const texts = {
    credentials: `[default]\naws_access_key_id = ${key.id}\naws_secret_access_key = ${key.secret}\n`,
    config: `[default]\nregion = ${REGION}\nendpoint_url = https://${BUCKETS}\n`,
  };
  for (const [name, text] of Object.entries(texts)) {
    files.writeFile(`${folder}/${name}`, text, { mode: 0o600 });
    files.chown(`${folder}/${name}`, uid, gid);
  }
}
