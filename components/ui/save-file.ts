/** Hands a file to the browser's downloads. */
export function saveFile(contents: Blob, name: string): void {
  const url = URL.createObjectURL(contents);
  const link = document.createElement("a");
  link.href = url;
  link.download = name;
  link.click();
  // The download holds it from here on; a moment later it has surely begun.
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
}
