/** A browser as the kernel's host: the kernel runs in a Web Worker; assets are fetched. */
import type { Host } from "../../kernel/types.ts";

export interface BrowserHostOptions {
  readonly startWorker: Host["startWorker"];
  /** URL directory of the assets that `Host.asset` names, without a slash at its end. */
  readonly assetsUrl: string;
}

export function browserHost(options: BrowserHostOptions): Host {
  return {
    startWorker: options.startWorker,
    asset: (name, progress) => download(`${options.assetsUrl}/${name}`, progress),
    now: () => Date.now(),
    monotonic: () => performance.now(),
    processors: navigator.hardwareConcurrency,
    setTimeout: (callback, milliseconds) => {
      const timer = setTimeout(callback, milliseconds);
      return () => clearTimeout(timer);
    },
    yield: macrotasks(),
    log: (level, text) => console[level](text),
  };
}

/**
 * A message to oneself comes after messages that are already waiting, and is not slowed down as timers of 0 ms are when nested
 * (HTML, "timer initialization steps").
 */
function macrotasks(): () => Promise<void> {
  const channel = new MessageChannel();
  const waiting: (() => void)[] = [];
  channel.port1.onmessage = () => waiting.shift()?.();
  return () =>
    new Promise((resolve) => {
      waiting.push(resolve);
      channel.port2.postMessage(0);
    });
}

/** Header with the size of the body before it was compressed: Content-Length counts what travels. */
const SIZE_HEADER = "x-uncompressed-length";

/** `progress` counts bytes as they travel, compressed ones: that is what the visitor waits, and maybe pays, for. */
async function download(url: string, progress?: (loaded: number, total: number) => void): Promise<Uint8Array> {
  const response = await fetch(url);
  if (!response.ok) throw new Error(`${url} could not be downloaded: the server answered ${response.status}`);
  if (response.body === null || progress === undefined) return new Uint8Array(await response.arrayBuffer());
  const travels = Number(response.headers.get("content-length") ?? 0);
  const isCompressed = response.headers.has("content-encoding");
  const whole = isCompressed ? Number(response.headers.get(SIZE_HEADER) ?? 0) : travels;
  const scale = travels > 0 && whole > 0 ? travels / whole : 1;
  const chunks: Uint8Array[] = [];
  let loaded = 0;
  const reader = response.body.getReader();
  for (;;) {
    const { done, value } = await reader.read();
    if (done) break;
    chunks.push(value);
    loaded += value.length;
    progress(Math.round(loaded * scale), Math.round(Math.max(whole, loaded) * scale));
  }
  const bytes = new Uint8Array(loaded);
  let at = 0;
  for (const chunk of chunks) {
    bytes.set(chunk, at);
    at += chunk.length;
  }
  progress(Math.round(loaded * scale), Math.round(loaded * scale));
  return bytes;
}
