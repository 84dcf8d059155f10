/** Why the lab can't run in this browser at this address, in words for the reader. Undefined when it can. */
export interface Obstacle {
  readonly title: string;
  readonly text: string;
  readonly remedy: string;
}

/** What of the browser's global is looked at; tests give their own. */
export interface Surroundings {
  readonly isSecureContext: boolean;
  readonly crossOriginIsolated: boolean | undefined;
  readonly hasSharedMemory: boolean;
  readonly hasModernEngine: boolean;
  readonly host: string;
}

/**
 * The lab needs SharedArrayBuffer, which browsers give only to secure, cross-origin isolated pages
 * (https://developer.mozilla.org/docs/Web/JavaScript/Reference/Global_Objects/SharedArrayBuffer#security_requirements).
 */
export function findObstacle(around: Surroundings): Obstacle | undefined {
  if (!around.isSecureContext) {
    return {
      title: "This address is not secure enough for the lab",
      text: `You opened the site over plain http at ${around.host}. Browsers allow the shared memory that the lab's machine is made of only over https, or on localhost.`,
      remedy:
        "Open the site over https, or run it on this computer and open http://localhost with its port. Whoever serves it can set CERT and KEY to serve https.",
    };
  }
  if (!around.hasModernEngine || around.crossOriginIsolated === undefined) {
    return {
      title: "This browser is too old for the lab",
      text: "The lab's machine needs shared memory, module workers and WebAssembly, and this browser lacks one of them.",
      remedy: "Update it, or use a current Chrome, Edge, Firefox or Safari. The text can be read in any browser.",
    };
  }
  if (!around.crossOriginIsolated) {
    return {
      title: "The server does not send the headers that the lab needs",
      text: "Shared memory is switched on by two headers, Cross-Origin-Opener-Policy: same-origin and Cross-Origin-Embedder-Policy: require-corp, and this page came without them.",
      remedy:
        "Start the site with npm start, or add both headers to whatever serves it. A browser extension that changes headers can also be the cause.",
    };
  }
  if (!around.hasSharedMemory) {
    return {
      title: "Shared memory is switched off in this browser",
      text: "The page is isolated as it should be, but SharedArrayBuffer is missing. A setting or an extension for hardening the browser does that.",
      remedy: "Allow SharedArrayBuffer for this site, or use another browser or profile.",
    };
  }
  return undefined;
}

export function surroundings(): Surroundings {
  return {
    isSecureContext: globalThis.isSecureContext,
    crossOriginIsolated: globalThis.crossOriginIsolated,
    hasSharedMemory: typeof SharedArrayBuffer === "function",
    hasModernEngine: typeof WebAssembly === "object" && typeof Worker === "function" && typeof Atomics === "object",
    host: location.host,
  };
}
