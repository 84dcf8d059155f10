/** curl's progress meter on standard error. */
import type { Process } from "../../kernel/types.ts";

const HEADER =
  "  % Total    % Received % Xferd  Average Speed   Time    Time     Time  Current\n                                 Dload  Upload   Total   Spent    Left  Speed\n";

/** A number in five columns, as curl's max5data. */
export function fiveColumns(bytes: number): string {
  if (bytes < 100_000) return String(Math.floor(bytes)).padStart(5);
  const kib = bytes / 1024;
  if (kib < 10_000) return `${String(Math.floor(kib)).padStart(4)}k`;
  const mib = kib / 1024;
  if (mib < 100) return `${mib.toFixed(1).padStart(4)}M`;
  if (mib < 10_000) return `${String(Math.floor(mib)).padStart(4)}M`;
  return `${(mib / 1024).toFixed(1).padStart(4)}G`;
}

function clock(seconds: number | undefined): string {
  if (seconds === undefined || seconds < 1) return "--:--:--";
  const whole = Math.floor(seconds);
  const two = (value: number) => String(value).padStart(2, "0");
  return `${String(Math.floor(whole / 3600)).padStart(2)}:${two(Math.floor(whole / 60) % 60)}:${two(whole % 60)}`;
}

export class ProgressMeter {
  #begun = false;
  #pending = "";

  constructor(
    private readonly self: Process,
    private readonly shown: boolean,
  ) {}

  #line(downloaded: number, expected: number | undefined, uploaded: number, seconds: number): string {
    const total = (expected ?? downloaded) + uploaded;
    const speed = seconds > 0 ? downloaded / seconds : 0;
    const upSpeed = seconds > 0 ? uploaded / seconds : 0;
    const percent = (part: number, whole: number) => String(whole > 0 ? Math.floor((part * 100) / whole) : 0).padStart(3);
    return `\r${percent(downloaded + uploaded, total)} ${fiveColumns(total)} ${percent(downloaded, expected ?? downloaded)} ${fiveColumns(downloaded)} ${percent(uploaded, uploaded)} ${fiveColumns(uploaded)}  ${fiveColumns(speed)}  ${fiveColumns(upSpeed)} --:--:-- ${clock(seconds)} --:--:-- ${fiveColumns(speed)}`;
  }

  update(downloaded: number, expected: number | undefined, uploaded: number, seconds: number): void {
    if (this.shown) this.#pending = this.#line(downloaded, expected, uploaded, seconds);
  }

  async finish(downloaded: number, expected: number | undefined, uploaded: number, seconds: number): Promise<void> {
    if (!this.shown || this.#begun) return;
    this.#begun = true;
    await this.self.error(
      `${HEADER}${this.#line(0, 0, 0, 0)}${this.#pending === "" ? "" : this.#line(downloaded, expected, uploaded, seconds)}\n`,
    );
  }
}
