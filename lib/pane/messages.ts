/**
 * What passes between the site and the bootstrap of a browser pane. The application in the pane shares the bootstrap's origin, so
 * nothing it says is trusted: the site shows these texts, and otherwise acts only on "need-port". Each port is bound to one machine.
 */
export type ToSite =
  /** The bootstrap runs and wants a port to the lab. */
  | { readonly pane: "need-port" }
  /** Pages can be shown. */
  | { readonly pane: "ready" }
  /** The browser lets no service worker run here, for instance because site data is blocked. */
  | { readonly pane: "failed"; readonly reason: string }
  /** A request for a page has begun. */
  | { readonly pane: "loading"; readonly url: string }
  /** A page is there. `url` is an address of the world. */
  | { readonly pane: "at"; readonly url: string; readonly title: string }
  /** The page as it is now, as HTML; asked for by "dom". */
  | { readonly pane: "dom"; readonly html: string };

export type ToBootstrap =
  /** With one transferred port, on which `PaneMessage`s go to the lab. */
  | { readonly pane: "port" }
  | { readonly pane: "go"; readonly url: string }
  | { readonly pane: "reload" }
  | { readonly pane: "stop" }
  | { readonly pane: "dom" };

/** A request as the service worker passes it on, with a transferred port for the one `ServedResponse`. Addresses are still the pane's. */
export interface CaughtRequest {
  readonly url: string;
  readonly method: string;
  readonly headers: readonly (readonly [string, string])[];
  readonly body: ArrayBuffer | undefined;
  readonly mode: string;
  readonly referrer: string;
}

/** What the service worker answers with; undefined status: a network error. */
export interface ServedResponse {
  readonly status: number | undefined;
  readonly statusText: string;
  readonly headers: readonly (readonly [string, string])[];
  readonly body: ArrayBuffer | undefined;
}

/** What pages of the application may ask of the bootstrap, which they can reach as an ancestor of the same origin. */
export interface PaneHost {
  cookies(): string;
  setCookie(cookie: string): void;
  /** Opens an address of the world, whatever its host. */
  go(url: string): void;
  /** From now on paths belong to this origin of the world; its path is returned. For forms that lead to another server. */
  enter(url: string): string;
  at(href: string, title: string): void;
  /** Saves what is at an address of the pane, as a link with `download` wants it. */
  download(href: string): void;
}

export const bootstrapPath = "/__pane/boot.html";
