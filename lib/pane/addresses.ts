/** Between addresses of the pane's own origin and those of the world it shows (`http://localhost:8000` and the like). */
export class Addresses {
  constructor(
    private readonly pane: string,
    /** Origin of the world that the pane's paths stand for now. */
    public world: string,
  ) {}

  /** The world's address for one that the browser asked for. Addresses of other origins stay as they are. */
  toWorld(url: string): string {
    const parsed = new URL(url);
    return parsed.origin === this.pane ? `${this.world}${parsed.pathname}${parsed.search}${parsed.hash}` : parsed.href;
  }

  /** Makes the address's origin the one that paths stand for; its path, search and hash. */
  enter(url: string): string {
    const parsed = new URL(url);
    if (parsed.origin !== this.pane) this.world = parsed.origin;
    return `${parsed.pathname}${parsed.search}${parsed.hash}`;
  }

  /** Whether an address is the pane's own, so that the browser can go there by itself. */
  isOwn(url: string): boolean {
    return URL.canParse(url) && new URL(url).origin === this.pane;
  }

  /**
   * The Location of an answer to a request for `from` (of the world), as the browser must see it. A redirect of a page to another
   * host of the world enters that host; other kinds of request get its full address.
   */
  location(value: string, from: string, navigation: boolean): string {
    if (!URL.canParse(value, from)) return value;
    const target = new URL(value, from);
    if (!/^https?:$/.test(target.protocol)) return target.href;
    if (navigation || target.origin === this.world) return this.enter(target.href);
    return target.href;
  }
}
