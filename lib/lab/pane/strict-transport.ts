/** HTTP Strict Transport Security (RFC 6797): hosts that are asked over https only, because they said so over https. */
export class StrictTransport {
  private readonly hosts = new Map<string, { readonly untilMs: number; readonly withSubdomains: boolean }>();

  /** `now`: milliseconds since the epoch on the lab's clock. */
  constructor(private readonly now: () => number) {}

  /** A Strict-Transport-Security header of an answer that came over a connection without problems (8.1). */
  heard(url: URL, header: string): void {
    // An address is no name, and has no such policy (8.1.1).
    if (/^[\d.]+$/.test(url.hostname)) return;
    const seconds = Number(/max-age\s*=\s*"?(\d+)/i.exec(header)?.[1] ?? Number.NaN);
    if (Number.isNaN(seconds)) return;
    if (seconds === 0) this.hosts.delete(url.hostname);
    else this.hosts.set(url.hostname, { untilMs: this.now() + seconds * 1000, withSubdomains: /includesubdomains/i.test(header) });
  }

  holds(hostname: string): boolean {
    for (let name = hostname; name !== ""; name = name.slice(name.indexOf(".") + 1)) {
      const policy = this.hosts.get(name);
      if (policy !== undefined && policy.untilMs > this.now() && (name === hostname || policy.withSubdomains)) return true;
      if (!name.includes(".")) return false;
    }
    return false;
  }
}
