/** An address as messages show it: without who asks (transport_anonymize_url of git's transport.c). */
export function withoutUser(url: string): string {
  const at = url.indexOf("@");
  const scheme = url.indexOf("://");
  if (at < 0 || url.startsWith("/") || url.startsWith(".")) return url;
  const rest = url.slice(at + 1);
  if (scheme < 0) return rest.includes(":") ? rest : url;
  return scheme < at && !url.slice(scheme + 3, at).includes("/") ? url.slice(0, scheme + 3) + rest : url;
}
