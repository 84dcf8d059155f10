/** Whether to ask before a download of megabytes: on a phone, upright or on its side, or when the reader saves data. */
export function asksBeforeDownload(): boolean {
  const connection = "connection" in navigator ? (navigator.connection as { saveData?: boolean } | undefined) : undefined;
  return connection?.saveData === true || matchMedia("(max-width: 799px), (max-height: 480px) and (pointer: coarse)").matches;
}
