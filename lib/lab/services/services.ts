/** What lies beyond the lab's machines: a registrar of names with its name servers, and authorities that sign certificates. */
import type { Kernel } from "../../kernel/kernel.ts";
import { extension, issueCertificate, randomSerial } from "../../programs/tls/issue.ts";
import { generateKey } from "../../programs/tls/keys.ts";
import { labIssuer } from "../../programs/tls/lab-authority.ts";
import { writeName } from "../../programs/tls/names.ts";
import type { LabDefinition } from "../types.ts";
import { Authority, type AuthorityState, type Issuer } from "./acme/authority.ts";
import { HttpService } from "./http-service.ts";
import { NAMESERVERS, newToken, Registrar, type RegistrarState } from "./registrar.ts";
import { registrarSite } from "./registrar-site.ts";

/** Addresses for documentation (RFC 5737, TEST-NET-2), which belong to nobody. */
const ADDRESS = {
  registrar: "198.51.100.10",
  authority: "198.51.100.20",
  staging: "198.51.100.21",
  names: ["198.51.100.53", "198.51.100.54"],
} as const;
const DAY_MS = 86_400_000;

/** What is saved of them with a lab. */
export interface ServicesState {
  readonly registrar: RegistrarState;
  readonly authority: AuthorityState;
}

export class Services {
  readonly registrar: Registrar;
  readonly #authority: Authority;
  readonly #hosts: readonly HttpService[];

  constructor(kernel: Kernel, lab: LabDefinition, state?: ServicesState) {
    const own = Object.keys(lab.dns ?? {}).map(domainOf);
    const reserved = new Set(["registrar.test", "acme.test", "acme-staging.test", "github.test", ...own]);
    const { names } = kernel.network;
    this.registrar = new Registrar(names, (name) => reserved.has(name), state?.registrar ?? ownedFromTheStart(kernel, lab));
    for (const [index, name] of NAMESERVERS.entries()) {
      const address = ADDRESS.names[index] ?? "";
      kernel.network.publish(name, address);
      names.addServer(address);
    }
    const registrar = new HttpService(kernel, ADDRESS.registrar, ["registrar.test"], registrarSite(this.registrar));
    const open = (address: string, name: string, staging: boolean, issuer: () => Promise<Issuer>, saved?: AuthorityState) => {
      const service: HttpService = new HttpService(kernel, address, [name], (request) => authority.site(request));
      const authority = new Authority({ kernel, validator: () => ({ kernel, network: service.network }), issuer, staging, state: saved });
      return { service, authority };
    };
    const real = open(ADDRESS.authority, "acme.test", false, () => Promise.resolve(labIssuer()), state?.authority);
    const staging = open(
      ADDRESS.staging,
      "acme-staging.test",
      true,
      once(() => untrustedIssuer(kernel)),
    );
    this.#authority = real.authority;
    this.#hosts = [registrar, real.service, staging.service];
  }

  get state(): ServicesState {
    return { registrar: this.registrar.state, authority: this.#authority.state };
  }

  stop(): void {
    for (const host of this.#hosts) host.stop();
  }
}

/** "shop.test" of "www.shop.test": what a registrar sells. */
export function domainOf(name: string): string {
  return name.split(".").slice(-2).join(".");
}

function once<Value>(make: () => Promise<Value>): () => Promise<Value> {
  let made: Promise<Value> | undefined;
  return () => {
    made ??= make();
    return made;
  };
}

/** The domains that lab.yaml gives the learner, with the lab's own names below them as records. */
function ownedFromTheStart(kernel: Kernel, lab: LabDefinition): RegistrarState | undefined {
  const owned = lab.registrar?.domains ?? [];
  if (owned.length === 0) return undefined;
  let nextId = 1;
  const domains = owned.map((name) => {
    const inside = Object.entries(lab.dns ?? {}).filter(([each]) => domainOf(each) === name);
    const records = inside.map(([each, target]) => {
      const { to, ttl } = typeof target === "string" ? { to: target, ttl: 300 } : target;
      const value = kernel.machines.get(to)?.network.address ?? to;
      return { id: nextId++, type: "A" as const, name: each === name ? "@" : each.slice(0, -name.length - 1), value, ttl };
    });
    return { name, records, nameservers: NAMESERVERS, serial: 1 };
  });
  return { token: newToken(), domains, nextId };
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
