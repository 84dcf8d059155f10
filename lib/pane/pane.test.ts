import { describe, expect, it } from "vitest";
import { Addresses } from "./addresses.ts";
import { mergeCookies } from "./cookies.ts";
import { errorPage, failureText } from "./error-page.ts";
import { readFallbackRequest } from "./fallback-messages.ts";
import { injectIntoHead, serve } from "./response.ts";

const pane = "http://abc.preview.localhost:3000";
const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
const text = (data: Uint8Array | ArrayBuffer | undefined): string => new TextDecoder().decode(data);

describe("addresses of the pane and of the world", () => {
  it("turns the pane's paths into the address of the server that is shown", () => {
    const addresses = new Addresses(pane, "http://localhost:8000");
    expect(addresses.toWorld(`${pane}/admin/?next=/#top`)).toBe("http://localhost:8000/admin/?next=/#top");
    expect(addresses.toWorld("http://localhost:5000/api")).toBe("http://localhost:5000/api");
  });

  it("keeps a redirect within the same server a path, also when it is written in full", () => {
    const addresses = new Addresses(pane, "http://localhost:8000");
    expect(addresses.location("/admin/", "http://localhost:8000/admin", true)).toBe("/admin/");
    expect(addresses.location("http://localhost:8000/b?c", "http://localhost:8000/a", false)).toBe("/b?c");
    expect(addresses.location("next", "http://localhost:8000/a/b", true)).toBe("/a/next");
  });

  it("goes to another host when a page is redirected there", () => {
    const addresses = new Addresses(pane, "http://localhost:8000");
    expect(addresses.location("http://web-1/x", "http://localhost:8000/", true)).toBe("/x");
    expect(addresses.toWorld(`${pane}/y`)).toBe("http://web-1/y");
  });

  it("leaves a redirect of an image to another host alone", () => {
    const addresses = new Addresses(pane, "http://localhost:8000");
    expect(addresses.location("http://cdn/x.png", "http://localhost:8000/", false)).toBe("http://cdn/x.png");
    expect(addresses.world).toBe("http://localhost:8000");
  });
});

describe("answers as the browser gets them", () => {
  const around = { navigation: true, location: (value: string) => value, inject: "<i>" };

  it("puts the script first into the head, and leaves other kinds of file alone", () => {
    const html = {
      status: 200,
      statusText: "OK",
      headers: [["Content-Type", "text/html"]] as const,
      body: bytes("<!doctype html><html><head><title>"),
    };
    expect(text(serve(html, around).body)).toBe("<!doctype html><html><head><i><title>");
    expect(text(serve({ ...html, headers: [["Content-Type", "text/plain"]] }, around).body)).not.toContain("<i>");
    expect(text(serve(html, { ...around, navigation: false }).body)).not.toContain("<i>");
  });

  it("finds the head of pages that have none, or one in a comment", () => {
    expect(text(injectIntoHead(bytes("<!-- <head> --><html lang=de><p>"), "<i>"))).toBe("<!-- <head> --><html lang=de><i><p>");
    expect(text(injectIntoHead(bytes("<!DOCTYPE html><p>"), "<i>"))).toBe("<!DOCTYPE html><i><p>");
    expect(text(injectIntoHead(bytes("hello"), "<i>"))).toBe("<i>hello");
    expect(text(injectIntoHead(bytes("<header>x"), "<i>"))).toBe("<i><header>x");
  });

  it("keeps every byte of a page in another encoding", () => {
    const latin = new Uint8Array([...bytes("<head>"), 0xe4, 0xff]);
    expect([...injectIntoHead(latin, "<i>")]).toEqual([...bytes("<head><i>"), 0xe4, 0xff]);
  });

  it("shows pages that refuse frames, as a tab would, and keeps the rest of their policy", () => {
    const headers = [
      ["X-Frame-Options", "DENY"],
      ["Content-Security-Policy", "default-src 'self'; frame-ancestors 'none'"],
      ["Set-Cookie", "a=1"],
    ] as const;
    const served = serve({ status: 200, statusText: "OK", headers, body: bytes("") }, around).headers.map(
      ([name, value]) => `${name}: ${value}`,
    );
    expect(served).toEqual([
      "Content-Security-Policy: default-src 'self'",
      "Cross-Origin-Embedder-Policy: require-corp",
      "Cross-Origin-Resource-Policy: same-origin",
    ]);
  });

  it("gives no body where HTTP allows none", () => {
    expect(serve({ status: 304, statusText: "", headers: [], body: bytes("x") }, around).body).toBeUndefined();
  });
});

describe("cookies of scripts", () => {
  it("changes, adds and removes", () => {
    expect(mergeCookies("a=1; b=2", "b=3; Path=/", "c=4")).toBe("a=1; b=3; c=4");
    expect(mergeCookies("a=1; b=2", "a=; Max-Age=0")).toBe("b=2");
    expect(mergeCookies("a=1", "a=x; expires=Thu, 01 Jan 1970 00:00:00 GMT")).toBe("");
    expect(mergeCookies("", "")).toBe("");
  });
});

it("writes an error page that holds the address as text", () => {
  expect(errorPage("refused", "http://localhost:8000/<b>", {})).toContain("localhost:8000 refused to connect");
  expect(errorPage("unknown-host", "http://x.example/", {})).not.toContain("<script");
});

it("tells a port on which nothing listens from one that is open to its own machine only", () => {
  expect(failureText("refused", "http://web-1:8000/", {}).text).toContain("Nothing listens on that port");
  const { text } = failureText("refused", "http://web-1/menu", { ownMachineOnly: "web-1" });
  expect(text).toContain("Something does listen on port 80 of web-1, but only on 127.0.0.1");
  expect(text).toContain("as http://localhost/menu.");
  expect(text).not.toContain("Nothing");
});

it("takes only what looks like a request from a page of the fallback", () => {
  expect(readFallbackRequest({ fallback: "go", url: "http://localhost:8000/" })).toEqual({ fallback: "go", url: "http://localhost:8000/" });
  expect(readFallbackRequest({ fallback: "go", url: 5 })).toBeUndefined();
  expect(readFallbackRequest("go")).toBeUndefined();
});
