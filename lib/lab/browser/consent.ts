/** Whether to ask before a download of megabytes: on a small touch screen, or when the reader saves data. */
export function asksBeforeDownload(): boolean {
  const connection = "connection" in navigator ? (navigator.connection as { saveData?: boolean } | undefined) : undefined;
  return connection?.saveData === true || matchMedia("(max-width: 799px)").matches;
}
