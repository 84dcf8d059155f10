/** A `document.cookie` string with further cookies put in; each may carry attributes, and an expired one takes its name out. */
export function mergeCookies(cookies: string, ...added: readonly string[]): string {
  const held = new Map<string, string>();
  const put = (pair: string) => {
    const at = pair.indexOf("=");
    if (pair !== "") held.set(at < 0 ? "" : pair.slice(0, at).trim(), at < 0 ? pair.trim() : pair.slice(at + 1).trim());
  };
  for (const pair of cookies.split("; ")) put(pair);
  for (const cookie of added) {
    const [pair = "", ...attributes] = cookie.split(";");
    put(pair);
    if (attributes.some(isOver)) held.delete(pair.slice(0, Math.max(0, pair.indexOf("="))).trim());
  }
  return [...held].map(([name, value]) => (name === "" ? value : `${name}=${value}`)).join("; ");
}

function isOver(attribute: string): boolean {
  const [name = "", value = ""] = attribute.split("=").map((part) => part.trim());
  if (name.toLowerCase() === "max-age") return Number(value) <= 0;
  return name.toLowerCase() === "expires" && Date.parse(value) < Date.now();
}
