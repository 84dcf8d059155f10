/** Prompts (psql: Prompting). */
import type { ScanPrompt } from "./scanner.ts";
import type { Session } from "./session.ts";

const SIGNS: Readonly<Record<ScanPrompt, string>> = {
  ready: "=",
  continue: "-",
  comment: "*",
  "single-quote": "'",
  "double-quote": '"',
  "dollar-quote": "$",
  paren: "(",
};

/** The text of PROMPT1, PROMPT2 or PROMPT3; what takes no room stands between readline's marks. */
export async function promptText(session: Session, state: ScanPrompt | "copy", buffer: string): Promise<string> {
  const name = state === "copy" ? "PROMPT3" : state === "ready" ? "PROMPT1" : "PROMPT2";
  const format = session.variables.get(name) ?? "";
  const { connection } = session;
  let out = "";
  for (let at = 0; at < format.length; at++) {
    const c = format[at] ?? "";
    if (c !== "%") {
      out += c;
      continue;
    }
    const code = format[++at] ?? "";
    const rest = format.slice(at);
    const digits = /^[0-7]{1,3}/.exec(rest)?.[0];
    if (digits !== undefined) {
      out += String.fromCharCode(Number.parseInt(digits, 8));
      at += digits.length - 1;
      continue;
    }
    const host = session.dialed?.host ?? "";
    switch (code) {
      case "/":
        out += connection ? (session.settings.get("dbname") ?? "") : "";
        break;
      case "~": {
        const database = connection ? (session.settings.get("dbname") ?? "") : "";
        out += database === (session.settings.get("user") ?? "") || database === session.self.env.PGDATABASE ? "~" : database;
        break;
      }
      case "M":
      case "m":
        if (host.startsWith("/")) out += code === "m" || host === "/var/run/postgresql" ? "[local]" : `[local:${host}]`;
        else out += code === "m" ? (host.split(".")[0] ?? "") : host;
        break;
      case ">":
        out += session.dialed?.port ?? "";
        break;
      case "n":
        out += connection ? (session.settings.get("user") ?? "") : "";
        break;
      case "p":
        out += connection ? String(connection.pid) : "";
        break;
      case "P":
        out += "off";
        break;
      case "s":
        out += session.settings.get("service") ?? "";
        break;
      case "#":
        out += connection?.parameters.get("is_superuser") === "on" ? "#" : ">";
        break;
      case "R":
        if (state === "copy") break;
        if (state === "ready" && !session.conditions.isActive) out += "@";
        else if (state === "ready" && connection === undefined) out += "!";
        else if (state === "ready" && session.variables.on("SINGLELINE")) out += "^";
        else out += SIGNS[state];
        break;
      case "x":
        out += connection === undefined ? "?" : connection.status === "T" ? "*" : connection.status === "E" ? "!" : "";
        break;
      case "l":
        out += String(buffer === "" ? 1 : buffer.split("\n").length + 1);
        break;
      case "[":
        out += "\x01";
        break;
      case "]":
        out += "\x02";
        break;
      case "w":
        out += session.lastPromptWidth > 0 ? " ".repeat(session.lastPromptWidth) : "";
        break;
      case ":": {
        const end = format.indexOf(":", at + 1);
        if (end > 0) {
          out += session.variables.get(format.slice(at + 1, end)) ?? "";
          at = end;
        }
        break;
      }
      case "`": {
        const end = format.indexOf("`", at + 1);
        if (end > 0) {
          out += ((await session.shell(format.slice(at + 1, end))) ?? "").replace(/\n$/, "");
          at = end;
        }
        break;
      }
      default:
        out += code;
    }
  }
  if (state === "ready") {
    // biome-ignore lint/suspicious/noControlCharactersInRegex: readline's marks around what takes no room
    session.lastPromptWidth = out.replace(/\x01[^\x02]*\x02/g, "").length;
  }
  return out;
}
