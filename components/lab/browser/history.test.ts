import { describe, expect, it } from "vitest";
import { PaneHistory } from "./history.ts";

function seen(...urls: string[]): PaneHistory {
  const history = new PaneHistory();
  for (const url of urls) history.arrived(url);
  return history;
}

describe("the history of the browser pane", () => {
  it("goes back and forward among the pages that were seen", () => {
    const history = seen("/a", "/b", "/c");
    expect(history.back()).toBe("/b");
    history.arrived("/b");
    expect(history.back()).toBe("/a");
    history.arrived("/a");
    expect(history.back()).toBeUndefined();
    expect(history.forward()).toBe("/b");
    history.arrived("/b");
    expect(history.forward()).toBe("/c");
  });

  it("counts a reload as no new page", () => {
    expect(seen("/a", "/a").canGoBack).toBe(false);
  });

  it("forgets what was forward of a page that a link was followed from", () => {
    const history = seen("/a", "/b");
    history.back();
    history.arrived("/a");
    history.arrived("/c");
    expect(history.canGoForward).toBe(false);
    expect(history.back()).toBe("/a");
  });

  it("takes the page that a redirect led back to in place of the one asked for", () => {
    const history = seen("/login", "/account");
    history.back();
    history.arrived("/home");
    expect(history.forward()).toBe("/account");
    history.arrived("/account");
    expect(history.back()).toBe("/home");
  });

  it("does not mistake an address typed on the way for the page that back wanted", () => {
    const history = seen("/a", "/b");
    history.back();
    history.asked();
    history.arrived("/c");
    expect(history.back()).toBe("/a");
  });
});
