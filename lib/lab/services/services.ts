/** What lies beyond the lab's machines: a registrar of names with its name servers, and authorities that sign certificates. */
import type { Kernel } from "../../kernel/kernel.ts";
import type { LabDefinition } from "../types.ts";
import type { Authority, AuthorityState } from "./acme/authority.ts";
import { HttpService, type SiteAnswer, type SiteRequest } from "./http-service.ts";
import { NAMESERVERS, newToken, Registrar, type RegistrarState } from "./registrar.ts";
import { SITES } from "./sites.ts";
import { SleepingSite } from "./sleeping-site.ts";

/** Addresses for documentation (RFC 5737, TEST-NET-2), which belong to nobody. */
const ADDRESS = {
  registrar: "198.51.100.10",
  authority: "198.51.100.20",
  staging: "198.51.100.21",
  names: ["198.51.100.53", "198.51.100.54"],
} as const;

/** What is saved of them with a lab. */
export interface ServicesState {
  readonly registrar: RegistrarState;
  readonly authority: AuthorityState;
}

export class Services {
  readonly registrar: Registrar;
  readonly sites: readonly SleepingSite[];
  readonly #authorities: { readonly real: LazyAuthority; readonly staging: LazyAuthority };
  readonly #hosts: readonly HttpService[];

  constructor(kernel: Kernel, lab: LabDefinition, state?: ServicesState) {
    const own = Object.keys(lab.dns ?? {}).map(domainOf);
    const reserved = new Set(["registrar.test", "acme.test", "acme-staging.test", ...SITES.map(({ name }) => name), ...own]);
    const { names } = kernel.network;
    this.registrar = new Registrar(names, (name) => reserved.has(name), state?.registrar ?? ownedFromTheStart(kernel, lab));
    for (const [index, name] of NAMESERVERS.entries()) {
      const address = ADDRESS.names[index] ?? "";
      kernel.network.publish(name, address);
      names.addServer(address);
    }
    this.#authorities = { real: new LazyAuthority(kernel, false, state?.authority), staging: new LazyAuthority(kernel, true) };
    const { real, staging } = this.#authorities;
    this.sites = SITES.map((site) => new SleepingSite(kernel, lab, site));
    this.#hosts = [
      new HttpService(kernel, ADDRESS.registrar, ["registrar.test"], async (request) =>
        (await import("./registrar-site.ts")).registrarSite(this.registrar, request),
      ),
      new HttpService(kernel, ADDRESS.authority, ["acme.test"], (request) => real.answer(request, this.#hosts[1])),
      new HttpService(kernel, ADDRESS.staging, ["acme-staging.test"], (request) => staging.answer(request, this.#hosts[2])),
    ];
  }

  get state(): ServicesState {
    return { registrar: this.registrar.state, authority: this.#authorities.real.state };
  }

  /** Starts the sites that have a disk, `diskOf`, and those where the lab puts something. */
  async wake(lab: LabDefinition, diskOf: (name: string) => number | undefined): Promise<void> {
    for (const site of this.sites) {
      const { name, isWanted } = site.definition;
      const rootInode = diskOf(name);
      if (rootInode !== undefined || isWanted(lab)) await site.wake(rootInode);
    }
  }

  stop(): void {
    for (const site of this.sites) site.stop();
    for (const host of this.#hosts) host.stop();
  }
}

/** An authority whose program is loaded when somebody first asks it. */
class LazyAuthority {
  #authority: Promise<Authority> | undefined;
  #loaded: Authority | undefined;

  constructor(
    private readonly kernel: Kernel,
    private readonly isStaging: boolean,
    private readonly saved: AuthorityState = { accounts: [], revoked: [], failures: [], issued: [] },
  ) {}

  get state(): AuthorityState {
    return this.#loaded?.state ?? this.saved;
  }

  async answer(request: SiteRequest, host: HttpService | undefined): Promise<SiteAnswer> {
    if (host === undefined) throw new Error("the authority has no address");
    this.#authority ??= this.#load(host).catch((error: unknown) => {
      this.#authority = undefined;
      throw error;
    });
    return (await this.#authority).site(request);
  }

  async #load({ network }: HttpService): Promise<Authority> {
    const { kernel, isStaging, saved } = this;
    const { openAuthority } = await import("./acme/open.ts");
    this.#loaded = openAuthority(kernel, network, isStaging, saved);
    return this.#loaded;
  }
}

/** "shop.test" of "www.shop.test": what a registrar sells. */
export function domainOf(name: string): string {
  return name.split(".").slice(-2).join(".");
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
