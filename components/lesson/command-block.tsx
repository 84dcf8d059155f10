import { CommandTools } from "./command-tools.tsx";

interface Entry {
  readonly kind: "command" | "output";
  readonly text: string;
}

interface SessionProps {
  text: string;
  terminal?: string;
  machine?: string;
  bare?: boolean;
}

/**
 * A session at the terminal. Lines behind `$ ` are commands (`> ` continues one), the rest is what the computer says.
 * `bare`: the text holds commands only, without prompts.
 */
export function CommandBlock({ text, terminal, machine, bare = false }: SessionProps) {
  const entries = bare ? [{ kind: "command" as const, text: text.trim() }] : readSession(text);
  return (
    <div className="session not-prose">
      {entries.map((entry, index) =>
        entry.kind === "command" ? (
          // biome-ignore lint/suspicious/noArrayIndexKey: lines of a text never change places
          <div key={index} className="session-command">
            <pre>
              <code>{entry.text}</code>
            </pre>
            <CommandTools command={entry.text} terminal={terminal} machine={machine} />
          </div>
        ) : (
          // biome-ignore lint/suspicious/noArrayIndexKey: lines of a text never change places
          <pre key={index} className="session-output">
            <samp>{entry.text}</samp>
          </pre>
        ),
      )}
    </div>
  );
}

/** Splits a console block into commands and what stands between them. */
export function readSession(text: string): Entry[] {
  const entries: { kind: "command" | "output"; text: string }[] = [];
  for (const line of text.replace(/\n$/, "").split("\n")) {
    const last = entries.at(-1);
    if (line.startsWith("$ ")) entries.push({ kind: "command", text: line.slice(2) });
    else if (last?.kind === "command" && (line === ">" || line.startsWith("> "))) last.text += `\n${line.slice(2)}`;
    else if (last?.kind === "output") last.text += `\n${line}`;
    else entries.push({ kind: "output", text: line });
  }
  return entries;
}
