import type { PaneResponse } from "../../../lib/lab/types.ts";

export type FetchPart = (url: string) => Promise<PaneResponse>;

/**
 * A page with its styles, scripts and pictures put into it, for a frame that can fetch nothing. The page is parsed in an inert
 * document: none of it runs here.
 */
export async function inlinePage(html: string, url: string, fetchPart: FetchPart): Promise<string> {
  const page = new DOMParser().parseFromString(html, "text/html");
  const base = new URL(page.querySelector("base")?.getAttribute("href") ?? "", url).href;
  const jobs: Promise<void>[] = [];
  for (const link of page.querySelectorAll<HTMLLinkElement>('link[rel~="stylesheet"][href]')) {
    jobs.push(
      (async () => {
        const address = new URL(link.getAttribute("href") ?? "", base).href;
        const style = page.createElement("style");
        if (link.media) style.media = link.media;
        style.textContent = await inlineStyle(await textOf(address, fetchPart), address, fetchPart, 3);
        link.replaceWith(style);
      })(),
    );
  }
  for (const script of page.querySelectorAll<HTMLScriptElement>("script[src]")) {
    jobs.push(
      (async () => {
        const address = new URL(script.getAttribute("src") ?? "", base).href;
        script.setAttribute("src", await dataUrl(address, fetchPart, "text/javascript"));
      })(),
    );
  }
  for (const picture of page.querySelectorAll<HTMLElement>("img[src], input[type=image][src], source[src]")) {
    jobs.push(
      (async () => {
        picture.removeAttribute("srcset");
        picture.setAttribute("src", await dataUrl(new URL(picture.getAttribute("src") ?? "", base).href, fetchPart));
      })(),
    );
  }
  for (const style of page.querySelectorAll("style")) {
    jobs.push(
      (async () => {
        style.textContent = await inlineStyle(style.textContent ?? "", base, fetchPart, 3);
      })(),
    );
  }
  await Promise.all(jobs);
  for (const rest of page.querySelectorAll('link[rel~="icon"], link[rel~="preload"], base')) rest.remove();
  return `<!doctype html>${page.documentElement.outerHTML}`;
}

/** Replaces `@import` and `url(…)` of a style sheet by what they lead to. */
async function inlineStyle(css: string, base: string, fetchPart: FetchPart, depth: number): Promise<string> {
  if (depth === 0) return css;
  const imported = await replaceAll(css, /@import\s+(?:url\()?\s*["']?([^"')\s;]+)["']?\s*\)?\s*;/g, async (path) => {
    const address = new URL(path, base).href;
    return inlineStyle(await textOf(address, fetchPart), address, fetchPart, depth - 1);
  });
  return replaceAll(
    imported,
    /url\(\s*["']?(?!data:|#)([^"')]+)["']?\s*\)/g,
    async (path) => `url("${await dataUrl(new URL(path, base).href, fetchPart)}")`,
  );
}

async function replaceAll(text: string, pattern: RegExp, replace: (part: string) => Promise<string>): Promise<string> {
  const found = [...text.matchAll(pattern)];
  const replacements = await Promise.all(found.map((match) => replace(match[1] ?? "")));
  let result = "";
  let at = 0;
  for (const [index, match] of found.entries()) {
    result += text.slice(at, match.index) + (replacements[index] ?? "");
    at = match.index + match[0].length;
  }
  return result + text.slice(at);
}

async function textOf(url: string, fetchPart: FetchPart): Promise<string> {
  const response = await fetchPart(url);
  return response.status === 200 ? new TextDecoder().decode(response.body) : "";
}

async function dataUrl(url: string, fetchPart: FetchPart, fallbackType = "application/octet-stream"): Promise<string> {
  if (!/^https?:/.test(url)) return url;
  const response = await fetchPart(url);
  if (response.status !== 200) return "data:,";
  const type = response.headers.find(([name]) => name.toLowerCase() === "content-type")?.[1] ?? fallbackType;
  let binary = "";
  for (const byte of response.body) binary += String.fromCharCode(byte);
  return `data:${type.replace(/\s/g, "")};base64,${btoa(binary)}`;
}
