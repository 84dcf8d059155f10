/** The line that scp shows for each file (OpenSSH's progressmeter.c). */
import type { Process } from "../../kernel/types.ts";

const UNITS = ["", "K", "M", "G", "T"];
const HUNDREDTHS = 100;

/** At least 35 columns for the rest of the line. */
const REST = 35;

/** A size in five characters and two of a unit: "2930KB". */
function size(bytes: number): string {
  let unit = 0;
  let value = bytes;
  for (; value >= 10_000 && unit < UNITS.length - 1; unit++) value = Math.floor((value + 512) / 1024);
  return `${String(value).padStart(4)}${UNITS[unit]}${unit > 0 ? "B" : " "}`;
}

function rate(bytesASecond: number): string {
  let value = bytesASecond * HUNDREDTHS;
  let unit = 0;
  for (; (value >= 100 * 1000 || unit === 0) && unit < UNITS.length - 1; unit++) value = (value + 512) / 1024;
  return `${(value / HUNDREDTHS).toFixed(1).padStart(5)}${UNITS[unit]}B`;
}

function clock(seconds: number): string {
  const two = (value: number) => String(value).padStart(2, "0");
  const whole = Math.floor(seconds);
  const hours = Math.floor(whole / 3600);
  return hours > 0
    ? `${hours}:${two(Math.floor(whole / 60) % 60)}:${two(whole % 60)}`
    : `${two(Math.floor(whole / 60))}:${two(whole % 60)}`;
}

export class ProgressLine {
  #beganMs = 0;
  #name = "";
  #total = 0;

  constructor(
    private readonly self: Process,
    private readonly shown: boolean,
  ) {}

  async begin(name: string, total: number): Promise<void> {
    this.#beganMs = this.self.machine.kernel.clock.monotonic();
    this.#name = name;
    this.#total = total;
    if (this.shown) await this.self.print(this.#line(0, 0, "--:-- ETA"));
  }

  async end(): Promise<void> {
    if (!this.shown) return;
    const seconds = Math.max((this.self.machine.kernel.clock.monotonic() - this.#beganMs) / 1000, 0.001);
    await this.self.print(`${this.#line(this.#total, this.#total / seconds, `${clock(seconds)}    `)}\n`);
  }

  #line(done: number, bytesASecond: number, time: string): string {
    const columns = this.self.fds.get(1)?.tty?.columns ?? 80;
    const room = Math.max(columns - REST, 0);
    const percent = this.#total === 0 ? 100 : Math.floor((done * 100) / this.#total);
    const name = this.#name.slice(0, room).padEnd(room);
    return `\r${name} ${String(percent).padStart(3)}% ${size(done)} ${rate(bytesASecond)}/s   ${time}`;
  }
}
