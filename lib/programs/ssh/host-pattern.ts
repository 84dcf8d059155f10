/** Patterns of ssh_config(5), PATTERNS: * and ?, and lists in which one with ! excludes. */

export function globMatch(pattern: string, text: string): boolean {
  const source = pattern
    .replace(/[.+^${}()|[\]\\]/g, "\\$&")
    .replaceAll("*", ".*")
    .replaceAll("?", ".");
  return new RegExp(`^${source}$`).test(text);
}

/** Whether a list of patterns takes the name: one must match, and none that begins with "!". */
export function matchesList(patterns: readonly string[], name: string): boolean {
  const denied = patterns.some((pattern) => pattern.startsWith("!") && globMatch(pattern.slice(1), name));
  return !denied && patterns.some((pattern) => !pattern.startsWith("!") && globMatch(pattern, name));
}
