import { BrowserLog } from "../pane/browser-log.ts";
import type { Cookie } from "../pane/cookie-jar.ts";
import { downloadName, saveDownload } from "../pane/downloads.ts";
import { PaneBrowser } from "../pane/pane-browser.ts";
import type { BrowserDecision, BrowserRequest, PaneRequest, PaneResponse, RequestDetails } from "../types.ts";
import { accountOn } from "../world/account.ts";
import type { World } from "../world/world.ts";
import { ownMachineOnly } from "./own-machine-only.ts";

export interface BrowsingOptions {
  /** What was saved, by machine. */
  readonly cookies: Readonly<Record<string, readonly Cookie[]>>;
  readonly onRequests: (requests: readonly BrowserRequest[]) => void;
  readonly onNotice: (text: string, level: "info" | "error") => void;
}

const UMASK = 0o022;

/** The browsers of a lab, one a machine, with one log of what they asked. */
export class Browsing {
  readonly log = new BrowserLog();
  private readonly browsers = new Map<string, PaneBrowser>();

  constructor(
    private readonly world: World,
    private readonly options: BrowsingOptions,
  ) {}

  browser(machine: string): PaneBrowser {
    let browser = this.browsers.get(machine);
    if (browser === undefined) {
      browser = new PaneBrowser(
        (request) => this.world.http(machine, request),
        () => this.world.kernel.clock.now(),
        this.options.cookies[machine] ?? [],
      );
      this.browsers.set(machine, browser);
    }
    return browser;
  }

  async fetch(request: PaneRequest, machine: string): Promise<PaneResponse> {
    const { clock } = this.world.kernel;
    const began = clock.monotonic();
    let sent: RequestDetails["requestHeaders"] = [];
    const onSent = (headers: RequestDetails["requestHeaders"]): void => {
      sent = headers;
    };
    const came = this.explained(request, machine, await this.browser(machine).fetch(request, onSent));
    const answer = this.saved(request, machine, came);
    this.log.add(request, sent, answer, clock.monotonic() - began);
    this.options.onRequests(this.log.all());
    if (answer.download === undefined) return answer;
    // What is saved is not shown: an answer without contents leaves the browser where it is (RFC 9110 15.3.5).
    return { ...answer, status: 204, statusText: "No Content", headers: [], body: new Uint8Array(0) };
  }

  decide(machine: string, decision: BrowserDecision): void {
    const browser = this.browser(machine);
    if (decision.kind === "proceed") browser.proceed(decision.url);
    else browser.signIn(decision.url, decision.user, decision.password);
  }

  /** What is to be remembered. */
  cookies(): Readonly<Record<string, readonly Cookie[]>> {
    return Object.fromEntries([...this.browsers].map(([machine, browser]) => [machine, browser.jar.all()]));
  }

  /** With what a refusal does not say, and the world knows. */
  private explained({ url }: PaneRequest, machine: string, answer: PaneResponse): PaneResponse {
    if (answer.failure !== "refused") return answer;
    const name = ownMachineOnly(this.world.kernel.machines.values(), this.world.machine(machine), url);
    return name === undefined ? answer : { ...answer, ownMachineOnly: name };
  }

  /** With the file's path, when it is a file to be saved; "" when it could not be. */
  private saved(request: PaneRequest, machine: string, answer: PaneResponse): PaneResponse {
    const name = downloadName(request, answer);
    if (name === undefined) return answer;
    const account = accountOn(this.world.machine(machine), this.world.definition(machine).user);
    const files = this.world.machine(machine).filesAs(account, "/", () => UMASK);
    try {
      const download = saveDownload(files, account.home, name, answer.body);
      const size = answer.body.length.toLocaleString("en");
      this.options.onNotice(`The browser saved \`${download}\` on ${machine} (${size} bytes).`, "info");
      return { ...answer, download };
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      this.options.onNotice(`The browser could not save ${name}: ${reason}`, "error");
      return { ...answer, download: "" };
    }
  }
}
