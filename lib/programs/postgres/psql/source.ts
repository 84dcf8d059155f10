/** Where psql's lines come from: a terminal, a file, standard input, a string. */
import { type Input, LineReader } from "../../core/io.ts";

export interface Source {
  /** Prompts are shown. */
  readonly isInteractive: boolean;
  /** The next line without its end; undefined at the end. "interrupt": Ctrl-C at the prompt. */
  next(prompt: () => Promise<string>): Promise<string | undefined | "interrupt-key">;
  /** A statement or command is complete: what was typed for it is one entry of the history. */
  complete?(): void;
  /** A line of COPY's data, with its end where it has one. */
  data(prompt: () => Promise<string>): Promise<string | undefined>;
}

export const INTERRUPT_KEY = "interrupt-key";

/** Lines of a file or of what is piped in. */
export function inputSource(input: Input): Source {
  const reader = new LineReader(input);
  let first = true;
  return {
    isInteractive: false,
    next: async () => {
      const line = await reader.next();
      if (first && line?.startsWith("\ufeff")) {
        first = false;
        return line.slice(1);
      }
      first = false;
      return line;
    },
    data: async () => {
      const line = await reader.next();
      return line === undefined ? undefined : reader.terminated ? `${line}\n` : line;
    },
  };
}
