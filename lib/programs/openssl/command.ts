/** What the commands of openssl(1) share: their options, reading and writing files, and OpenSSL's error lines. */
import { KernelError } from "../../kernel/errno.ts";
import type { Process } from "../../kernel/types.ts";
import { Failure } from "../core/errors.ts";
import { decode } from "../core/io.ts";
import { type Certificate, readCertificate } from "../tls/certificate.ts";
import { DerError } from "../tls/der.ts";
import { type CertificateRequest, requestOf } from "../tls/issue.ts";
import { type PrivateKey, readPrivateKey, UnusableKey } from "../tls/keys.ts";
import { readPem } from "../tls/pem.ts";

/** Before each line of OpenSSL's error queue stands the number of a thread. */
const THREAD = "80DB3CAD7B7F0000";

export const errorLine = (text: string): string => `${THREAD}:error:${text}\n`;

/** Options with one dash (or two), as apps/lib/opt.c reads them. */
export class Options {
  readonly #flags = new Set<string>();
  readonly #values: { readonly name: string; readonly value: string }[] = [];
  readonly operands: string[] = [];
  /** Names in the order in which they were given: some commands print in that order. */
  readonly order: string[] = [];

  /** `flags` and `valued` are names divided by spaces. `name` is the command's. Throws Failure for an option that is none. */
  constructor(name: string, words: readonly string[], known: { flags: string; valued: string; real?: string }) {
    const flags = new Set(known.flags.split(" "));
    const valued = new Set(known.valued.split(" "));
    for (let at = 0; at < words.length; at++) {
      const word = words[at] ?? "";
      if (!word.startsWith("-") || word === "-") {
        this.operands.push(...words.slice(at));
        return;
      }
      const option = word.replace(/^--?/, "");
      if (flags.has(option)) this.#flags.add(option);
      else if (valued.has(option)) {
        const value = words[++at];
        if (value === undefined) throw new UsageFailure(name, `Option -${option} needs a value`);
        this.#values.push({ name: option, value });
      } else if ((known.real ?? "").split(" ").includes(option)) {
        throw new Failure(`${name}: -${option} is real, but this machine does not model it; see /reference/machine`);
      } else throw new UsageFailure(name, `Unknown option: -${option}`);
      this.order.push(option);
    }
  }

  has(...names: readonly string[]): boolean {
    return names.some((name) => this.#flags.has(name) || this.get(name) !== undefined);
  }

  get(name: string): string | undefined {
    return this.#values.findLast((each) => each.name === name)?.value;
  }

  all(name: string): string[] {
    return this.#values.filter((each) => each.name === name).map(({ value }) => value);
  }

  /** A whole number, or what there is without one. */
  number(name: string, otherwise: number): number {
    const text = this.get(name);
    if (text === undefined) return otherwise;
    if (!/^-?\d+$/.test(text)) throw new UsageFailure("openssl", `Can't parse "${text}" as a number`);
    return Number(text);
  }
}

/** A mistake in the options. */
export class UsageFailure extends Error {
  constructor(
    readonly command: string,
    message: string,
  ) {
    super(message);
  }
}

/** Says it on standard error as it is, and ends with this status. */
export class Said extends Error {
  constructor(
    readonly text: string,
    readonly status = 1,
  ) {
    super(text);
  }
}

export async function readInput(self: Process, file: string | undefined): Promise<Uint8Array> {
  return file === undefined || file === "-" ? self.readAll(0) : self.files.readFile(file);
}

function openFailure(file: string, what: string, error: KernelError): Said {
  return new Said(
    `Could not open file or uri for loading ${what} from ${file}\n${errorLine("16000069:STORE routines:ossl_store_get0_loader_int:unregistered scheme:../crypto/store/store_register.c:237:scheme=file")}${errorLine(`80000002:system library:file_open:${error.text}:../providers/implementations/storemgmt/file_store.c:266:calling stat(${file})`)}`,
  );
}

async function readFor(self: Process, file: string | undefined, what: string): Promise<Uint8Array> {
  try {
    return await readInput(self, file);
  } catch (error) {
    if (!(error instanceof KernelError) || file === undefined) throw error;
    throw openFailure(file, what, error);
  }
}

const UNSUPPORTED = errorLine("1608010C:STORE routines:ossl_store_handle_load_result:unsupported:../crypto/store/store_result.c:149:");

/** A certificate from a file in PEM or DER, or from standard input. `after` follows where there is none. */
export async function loadCertificate(
  self: Process,
  file: string | undefined,
  { what = "certificate", after = "Unable to load certificate\n", status = 1 } = {},
): Promise<Certificate> {
  try {
    const bytes = await readFor(self, file, what);
    const block = readPem(decode(bytes)).find(({ label }) => label.endsWith("CERTIFICATE"));
    if (block === undefined && bytes[0] !== 0x30) throw new DerError("no certificate");
    return readCertificate(block?.bytes ?? bytes);
  } catch (error) {
    if (error instanceof Said) throw new Said(error.text + after, status);
    if (error instanceof UnusableKey) throw new Failure(`${error.message}; see /reference/machine`);
    if (!(error instanceof DerError)) throw error;
    const hint = file !== undefined && readPem(self.files.readText(file)).length === 0 ? "" : UNSUPPORTED;
    throw new Said(`Could not read ${what} from ${file ?? "<stdin>"}\n${hint}${after}`, status);
  }
}

/** A private key from a file in PEM or DER, or from standard input. */
export async function loadKey(self: Process, file: string | undefined, what = "private key"): Promise<PrivateKey> {
  const bytes = await readFor(self, file, what);
  try {
    const block = readPem(decode(bytes)).find(({ label }) => label.endsWith("PRIVATE KEY"));
    if (block === undefined && bytes[0] !== 0x30) throw new DerError("no key");
    return readPrivateKey(block?.label ?? "PRIVATE KEY", block?.bytes ?? bytes);
  } catch (error) {
    if (error instanceof UnusableKey) throw new Failure(`${error.message}; see /reference/machine`);
    if (!(error instanceof DerError)) throw error;
    throw new Said(`Could not read ${what} from ${file ?? "<stdin>"}\n`);
  }
}

/** A request for a certificate, from a file in PEM or from standard input. */
export async function loadRequest(self: Process, file: string | undefined, what: string): Promise<CertificateRequest> {
  let bytes: Uint8Array;
  try {
    bytes = await readInput(self, file);
  } catch (error) {
    if (!(error instanceof KernelError) || file === undefined) throw error;
    throw new Said(
      `Can't open "${file}" for reading, ${error.text}\n${errorLine(`80000002:system library:BIO_new_file:${error.text}:../crypto/bio/bss_file.c:67:calling fopen(${file}, r)`)}${errorLine("10000080:BIO routines:BIO_new_file:no such file:../crypto/bio/bss_file.c:75:")}Unable to load ${what}\n`,
    );
  }
  const request = requestOf(decode(bytes));
  if (request !== undefined) return request;
  throw new Said(
    `Unable to load ${what}\n${errorLine("0480006C:PEM routines:get_name:no start line:../crypto/pem/pem_lib.c:760:Expecting: CERTIFICATE REQUEST")}`,
  );
}

/** Writes to the file of -out, or to standard output. Keys are for their owner alone. */
export async function writeOutput(self: Process, file: string | undefined, data: string | Uint8Array, secret = false): Promise<void> {
  if (file === undefined || file === "-") return self.write(1, data);
  try {
    self.files.writeFile(file, data, secret ? { mode: 0o600 } : {});
  } catch (error) {
    if (!(error instanceof KernelError)) throw error;
    throw new Said(
      `Can't open "${file}" for writing, ${error.text}\n${errorLine(`80000002:system library:BIO_new_file:${error.text}:../crypto/bio/bss_file.c:67:calling fopen(${file}, w)`)}`,
    );
  }
}
