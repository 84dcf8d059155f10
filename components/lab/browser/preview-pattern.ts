/** The origin that the server gives to panes; undefined when whatever serves the site has none. */
export async function previewPattern(): Promise<string | undefined> {
  try {
    const response = await fetch("/__pane/config.json");
    const config: unknown = response.ok ? await response.json() : undefined;
    if (typeof config === "object" && config !== null && "preview" in config && typeof config.preview === "string") return config.preview;
  } catch {
    // No such file, or no network: the fallback needs neither.
  }
  return undefined;
}
