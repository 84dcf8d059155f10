import { type ChildProcess, spawn } from "node:child_process";
import { createServer } from "node:net";

async function freePort(): Promise<number> {
  const probe = createServer();
  await new Promise<void>((resolve) => probe.listen(0, "127.0.0.1", resolve));
  const at = probe.address();
  await new Promise((resolve) => probe.close(resolve));
  if (at === null || typeof at === "string") throw new Error("no port is free");
  return at.port;
}

/** `lab preview` of the lessons in a folder, as an author starts it. */
export class Preview {
  private constructor(
    /** Of the site, without a path. */
    readonly origin: string,
    private readonly server: ChildProcess,
  ) {}

  /** Throws when the preview ends before it says where it is. */
  static async start(content: string): Promise<Preview> {
    const server = spawn(process.execPath, ["--import", "tsx", "lib/author/main.ts", "preview"], {
      env: { ...process.env, SLIPWAY_CONTENT: content, PORT: String(await freePort()) },
      stdio: ["ignore", "pipe", "inherit"],
    });
    const origin = await new Promise<string>((resolve, reject) => {
      let said = "";
      server.stdout.on("data", (bytes: Buffer) => {
        said += bytes.toString();
        const found = /^ {2}(http\S+)\/preview\//m.exec(said)?.[1];
        if (found !== undefined) resolve(found);
      });
      server.once("exit", (status) => reject(new Error(`the preview ended with ${status}: ${said}`)));
    });
    return new Preview(origin, server);
  }

  addressOf(lesson: string): string {
    return `${this.origin}/preview/${lesson}/`;
  }

  stop(): void {
    this.server.kill();
  }
}
