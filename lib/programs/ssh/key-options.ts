/** What may stand before a key in authorized_keys (sshd(8), AUTHORIZED_KEYS FILE FORMAT). */
import { type PublicKey, parsePublicKey } from "./keys.ts";

/** What a key lets its owner do. */
export interface KeyOptions {
  /** Runs instead of a shell, and of whatever was asked for. */
  readonly command?: string;
  readonly pty: boolean;
  readonly forwarding: boolean;
}

export const EVERYTHING: KeyOptions = { pty: true, forwarding: true };

/** Options that change nothing here: what they allow or forbid is not modeled. */
const NO_EFFECT = new Set(["agent-forwarding", "no-agent-forwarding", "x11-forwarding", "no-x11-forwarding", "user-rc", "no-user-rc"]);

/** A line of authorized_keys. Undefined for one without a key, and for options that are not modeled: such a key lets nobody in by less than it says. */
export function authorizedKey(line: string): { readonly key: PublicKey; readonly options: KeyOptions } | undefined {
  const text = line.trim();
  if (text.startsWith("#")) return undefined;
  const plain = parsePublicKey(text);
  if (plain !== undefined) return { key: plain, options: EVERYTHING };
  const end = endOfOptions(text);
  const key = parsePublicKey(text.slice(end));
  const options = readOptions(text.slice(0, end));
  return key === undefined || options === undefined ? undefined : { key, options };
}

/** Options end at the first space that is not within quotes. */
function endOfOptions(text: string): number {
  let quoted = false;
  for (let at = 0; at < text.length; at++) {
    const character = text[at];
    if (character === "\\" && text[at + 1] === '"') at++;
    else if (character === '"') quoted = !quoted;
    else if (!quoted && (character === " " || character === "\t")) return at;
  }
  return text.length;
}

function readOptions(text: string): KeyOptions | undefined {
  let options = EVERYTHING;
  for (const [, name = "", value] of text.matchAll(/([^=,"]+)(?:="((?:\\"|[^"])*)")?(?:,|$)/g)) {
    const option = name.toLowerCase();
    if (option === "command" && value !== undefined) options = { ...options, command: value.replaceAll('\\"', '"') };
    else if (option === "restrict") options = { ...options, pty: false, forwarding: false };
    else if (option === "pty" || option === "no-pty") options = { ...options, pty: option === "pty" };
    else if (option === "port-forwarding" || option === "no-port-forwarding")
      options = { ...options, forwarding: option === "port-forwarding" };
    else if (!NO_EFFECT.has(option)) return undefined;
  }
  return options;
}
