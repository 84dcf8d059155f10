/** The lab's authorities: the one that every machine trusts, and one for trying out. */
import type { Kernel } from "../../../kernel/kernel.ts";
import type { MachineNetwork } from "../../../kernel/machine-network.ts";
import { extension, issueCertificate, randomSerial } from "../../../programs/tls/issue.ts";
import { generateKey } from "../../../programs/tls/keys.ts";
import { labIssuer } from "../../../programs/tls/lab-authority.ts";
import { writeName } from "../../../programs/tls/names.ts";
import { Authority, type AuthorityState } from "./authority.ts";
import type { Issuer } from "./policy.ts";

const DAY_MS = 86_400_000;

export function openAuthority(kernel: Kernel, network: MachineNetwork, staging: boolean, state: AuthorityState): Authority {
  const issuer = staging ? once(() => untrustedIssuer(kernel)) : () => Promise.resolve(labIssuer());
  return new Authority({ kernel, validator: () => ({ kernel, network }), issuer, staging, state });
}

function once<Value>(make: () => Promise<Value>): () => Promise<Value> {
  let made: Promise<Value> | undefined;
  return () => {
    made ??= make();
    return made;
  };
}

/** For trying out: an authority that nobody trusts, as Let's Encrypt's staging environment. */
async function untrustedIssuer(kernel: Kernel): Promise<Issuer> {
  const key = await generateKey({ kind: "ec", curve: "P-256" });
  const subject = writeName([
    { type: "O", value: "(STAGING) Lab Encrypt" },
    { type: "CN", value: "(STAGING) Artificial Apricot R3" },
  ]);
  const nowMs = kernel.clock.now();
  const certificate = await issueCertificate(
    {
      serial: randomSerial(),
      subject,
      issuer: writeName([
        { type: "O", value: "(STAGING) Lab Encrypt" },
        { type: "CN", value: "(STAGING) Pretend Pear X1" },
      ]),
      notBeforeMs: nowMs - DAY_MS,
      notAfterMs: nowMs + 3650 * DAY_MS,
      publicKey: key.publicKey,
      extensions: [extension.basicConstraints(true), extension.keyUsage(["digitalSignature", "keyCertSign"])],
    },
    key,
  );
  return { certificate, key };
}
