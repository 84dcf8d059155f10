/** Who may: allow and deny, passwords, limits of requests and connections (the preaccess and access phases). */
import { codeOf } from "../../core/errors.ts";
import type { AccessRule, LogLevel, RequestZone } from "../config/model.ts";
import { readable, systemReason } from "../config/parser.ts";
import { evaluate } from "../config/template.ts";
import { addressNumber } from "../config/values.ts";
import { passwordMatches } from "./passwords.ts";
import type { HttpRequest } from "./request.ts";
import { logError } from "./worker-state.ts";

function matches({ match }: AccessRule, r: HttpRequest): boolean {
  if (match === "all") return true;
  const isUnix = r.address.startsWith("unix:");
  if (match === "unix") return isUnix;
  if (match === "ipv6" || isUnix) return false;
  const address = addressNumber(r.address);
  return address !== undefined && (address & match.mask) >>> 0 === match.address;
}

/** 403, or undefined where no rule speaks of the client; true: allowed. */
function checkAddress(r: HttpRequest): 403 | true | undefined {
  for (const rule of r.settings.access ?? []) {
    if (!matches(rule, r)) continue;
    if (rule.allow) return true;
    if (r.settings.words.satisfy !== "any") logError(r, "error", "access forbidden by rule");
    return 403;
  }
  return undefined;
}

/** Takes "Basic …" apart. */
function readCredentials(r: HttpRequest): void {
  const header = r.field("authorization") ?? "";
  if (!/^basic +/i.test(header)) return;
  let text: string;
  try {
    text = atob(header.replace(/^basic +/i, "").trim());
  } catch {
    return;
  }
  const at = text.indexOf(":");
  if (at < 0) return;
  r.user = text.slice(0, at);
  r.password = text.slice(at + 1);
}

function wrongPassword(r: HttpRequest, realm: string): 401 {
  r.early.push({ name: "WWW-Authenticate", value: `Basic realm="${realm}"` });
  return 401;
}

function checkPassword(r: HttpRequest): 401 | 403 | 500 | true | undefined {
  const { auth_basic: template } = r.settings.templates;
  const { authFile } = r.settings;
  if (template === undefined || authFile === undefined) return undefined;
  const realm = evaluate(template, r);
  if (realm === "off") return undefined;
  if (r.user === undefined || r.password === undefined) {
    logError(r, "info", "no user/password was provided for basic authentication");
    return wrongPassword(r, realm);
  }
  const path = evaluate(authFile, r);
  let text: string;
  try {
    text = r.worker.self.files.readText(readable(path));
  } catch (error) {
    if (codeOf(error) === undefined) throw error;
    logError(r, codeOf(error) === "ENOENT" ? "error" : "crit", `open() "${path}" failed ${systemReason(error)}`);
    return codeOf(error) === "ENOENT" ? 403 : 500;
  }
  for (const line of text.split("\n")) {
    if (line.startsWith("#")) continue;
    const [user, hash = ""] = line.split(":");
    if (user !== r.user) continue;
    const matching = passwordMatches(r.password, hash.trim());
    if (matching) return true;
    if (matching === undefined) {
      logError(r, "crit", `the hash of user "${r.user}" in "${path}" is real, but this world does not model it (see /reference/machine)`);
      return 500;
    }
    logError(r, "error", `user "${r.user}": password mismatch`);
    return wrongPassword(r, realm);
  }
  logError(r, "error", `user "${r.user}" was not found in "${path}"`);
  return wrongPassword(r, realm);
}

/** The access phase; undefined: go on. */
export function checkAccess(r: HttpRequest): number | undefined {
  readCredentials(r);
  const isAny = r.settings.words.satisfy === "any";
  let refusal: number | undefined;
  const byAddress = checkAddress(r);
  if (byAddress === true && isAny) return undefined;
  if (byAddress === 403) {
    if (!isAny) return 403;
    refusal = 403;
  }
  const byPassword = checkPassword(r);
  if (byPassword === true && isAny) {
    r.early.length = 0;
    return undefined;
  }
  if (typeof byPassword === "number") {
    if (!isAny || byPassword === 500) return byPassword;
    refusal = refusal === 401 ? 401 : byPassword;
  }
  if (refusal !== undefined && refusal === 403 && isAny) logError(r, "error", "access forbidden by rule");
  return refusal;
}

const thousandths = (value: number) => `${Math.floor(value / 1000)}.${String(Math.floor(value % 1000)).padStart(3, "0")}`;

const milder = (level: LogLevel): LogLevel => (level === "error" ? "warn" : level === "warn" ? "notice" : "info");

const levelOf = (word: string | undefined): LogLevel => (word === "info" || word === "notice" || word === "warn" ? word : "error");

function zoneNamed(r: HttpRequest, name: string): RequestZone | undefined {
  return r.worker.cycle.zones.get(name);
}

/** limit_req: a leaky bucket for each key (ngx_http_limit_req_module). The status to answer, after a delay where one is due. */
async function limitRequests(r: HttpRequest): Promise<number | undefined> {
  const { settings, worker } = r;
  const limits = settings.limitRequests;
  if (limits === undefined || r.limitRequestStatus !== undefined) return undefined;
  const level = levelOf(settings.words.limit_req_log_level);
  const isDry = settings.flags.limit_req_dry_run === true;
  const now = Math.floor(worker.clock.now());
  const passed: { readonly delayMs: number; readonly excess: number; readonly zone: string; readonly keep: () => void }[] = [];
  for (const limit of limits) {
    const zone = zoneNamed(r, limit.zone);
    const key = zone === undefined ? "" : evaluate(zone.key, r);
    if (zone === undefined || key === "") continue;
    const { buckets } = worker.shared.zone(zone);
    const bucket = buckets.get(key);
    const elapsed = bucket === undefined ? 0 : Math.max(0, now - bucket.lastMs);
    const excess = bucket === undefined ? 0 : Math.max(0, bucket.excess - Math.floor((zone.rate * elapsed) / 1000) + 1000);
    if (excess > limit.burst * 1000) {
      r.limitRequestStatus = isDry ? "REJECTED_DRY_RUN" : "REJECTED";
      logError(r, level, `limiting requests${isDry ? ", dry run" : ""}, excess: ${thousandths(excess)} by zone "${limit.zone}"`);
      return isDry ? undefined : (settings.numbers.limit_req_status ?? 503);
    }
    const over = excess - limit.delay * 1000;
    const keep = () => buckets.set(key, { excess, lastMs: now });
    passed.push({ delayMs: over > 0 ? (over * 1000) / zone.rate : 0, excess, zone: limit.zone, keep });
  }
  for (const { keep } of passed) keep();
  const slowest = passed.sort((left, right) => right.delayMs - left.delayMs)[0];
  if (slowest === undefined) return undefined;
  r.limitRequestStatus = "PASSED";
  if (slowest.delayMs < 1) return undefined;
  logError(
    r,
    milder(level),
    `delaying request${isDry ? ", dry run" : ""}, excess: ${thousandths(slowest.excess)}, by zone "${slowest.zone}"`,
  );
  r.limitRequestStatus = isDry ? "DELAYED_DRY_RUN" : "DELAYED";
  if (!isDry) await worker.self.sleep(slowest.delayMs);
  return undefined;
}

/** limit_conn: requests that are being served, by key. */
function limitConnections(r: HttpRequest): number | undefined {
  const { settings, worker } = r;
  if (r.limitConnectionStatus !== undefined) return undefined;
  for (const limit of settings.limitConnections ?? []) {
    const zone = zoneNamed(r, limit.zone);
    const key = zone === undefined ? "" : evaluate(zone.key, r);
    if (zone === undefined || key === "") continue;
    const { counts } = worker.shared.zone(zone);
    const count = counts.get(key) ?? 0;
    const isDry = settings.flags.limit_conn_dry_run === true;
    if (count >= limit.most) {
      r.limitConnectionStatus = isDry ? "REJECTED_DRY_RUN" : "REJECTED";
      logError(r, levelOf(settings.words.limit_conn_log_level), `limiting connections${isDry ? ", dry run," : ""} by zone "${limit.zone}"`);
      return isDry ? undefined : (settings.numbers.limit_conn_status ?? 503);
    }
    counts.set(key, count + 1);
    r.endings.push(() => {
      const left = (counts.get(key) ?? 1) - 1;
      if (left > 0) counts.set(key, left);
      else counts.delete(key);
    });
    r.limitConnectionStatus = "PASSED";
  }
  return undefined;
}

/** The preaccess phase; undefined: go on. */
export async function checkLimits(r: HttpRequest): Promise<number | undefined> {
  return limitConnections(r) ?? (await limitRequests(r));
}

/** set_real_ip_from, real_ip_header: the client behind a proxy that is trusted. */
export function findRealAddress(r: HttpRequest): void {
  const { realIpFrom: trusted, words, flags } = r.settings;
  if (trusted === undefined || r.hasRealAddress) return;
  const isTrusted = (text: string) => {
    const address = addressNumber(text);
    if (text.startsWith("unix:")) return trusted.includes("unix");
    return trusted.some((each) => each !== "unix" && address !== undefined && (address & each.mask) >>> 0 === each.address);
  };
  if (!isTrusted(r.client.address)) return;
  const header = (words.real_ip_header ?? "X-Real-IP").toLowerCase();
  const values = r.headers.filter((field) => field.name.toLowerCase() === header).map(({ value }) => value);
  const listed = values
    .join(",")
    .split(",")
    .map((each) => each.trim());
  if (header !== "x-forwarded-for") {
    const value = values.at(-1) ?? "";
    if (addressNumber(value) === undefined) return;
    r.address = value;
    r.hasRealAddress = true;
    return;
  }
  for (const each of listed.reverse()) {
    if (addressNumber(each) === undefined) return;
    r.address = each;
    r.hasRealAddress = true;
    if (!flags.real_ip_recursive || !isTrusted(each)) return;
  }
}
