/** What the extra keys of a touch screen send, as a VT220 does. */
export const extraKeys: readonly { readonly label: string; readonly name: string; readonly data: string }[] = [
  { label: "Tab", name: "Tab", data: "\t" },
  { label: "Esc", name: "Escape", data: "\x1b" },
  { label: "^C", name: "Interrupt, Ctrl+C", data: "\x03" },
  { label: "↑", name: "Up", data: "\x1b[A" },
  { label: "↓", name: "Down", data: "\x1b[B" },
  { label: "←", name: "Left", data: "\x1b[D" },
  { label: "→", name: "Right", data: "\x1b[C" },
  { label: "|", name: "Pipe", data: "|" },
  { label: "/", name: "Slash", data: "/" },
  { label: "-", name: "Dash", data: "-" },
  { label: "~", name: "Tilde", data: "~" },
];

/** A character as typed with Ctrl held: "c" is 0x03. Other characters stay as they are. */
export function withControl(character: string): string {
  const code = character.toUpperCase().charCodeAt(0);
  return character.length === 1 && code >= 0x40 && code <= 0x5f ? String.fromCharCode(code - 0x40) : character;
}

/** A key press as the terminal sees it, before it becomes input. */
export type KeyPress = Pick<KeyboardEvent, "type" | "key" | "ctrlKey" | "shiftKey" | "altKey" | "metaKey">;

/** What to do with a key: give it to the program, leave it to the browser, copy the selection, hold it back, or leave the terminal. */
export type KeyFate = "program" | "browser" | "copy" | "hold" | "leave";

/** Milliseconds for which an Escape is held back, in case a Tab follows: a shell would take the next letter for Meta with it. */
export const escapeHoldMs = 400;

/**
 * The terminal takes Tab, which could trap whoever has no pointer (WCAG 2.1.2). Escape lets go: a Tab right after it moves the
 * focus. F6 and Ctrl+` belong to the page.
 */
export class KeyGate {
  private escaped = false;

  decide(event: KeyPress): KeyFate {
    if (event.type !== "keydown") return "program";
    if (event.key === "Tab" && this.escaped && !event.ctrlKey && !event.altKey) return "leave";
    if (event.key !== "Shift") this.escaped = event.key === "Escape";
    if (event.key === "Escape" && !event.ctrlKey && !event.altKey && !event.shiftKey && !event.metaKey) return "hold";
    if (event.key === "F6" || (event.key === "`" && event.ctrlKey)) return "browser";
    if (event.ctrlKey && event.shiftKey && event.key.toLowerCase() === "c") return "copy";
    if (event.ctrlKey && event.shiftKey && event.key.toLowerCase() === "v") return "browser";
    return "program";
  }
}
