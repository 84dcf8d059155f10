import { expect, it } from "vitest";
import { CookieJar } from "./cookie-jar.ts";

const page = "http://localhost:8000/admin/login/";
const fromBar = { initiator: undefined, navigation: true, method: "GET" };

function jar(now = { ms: 1000 }): { jar: CookieJar; now: { ms: number } } {
  return { jar: new CookieJar(() => now.ms), now };
}

it("sends a cookie back to the path it is for, longer paths first, whatever the port", () => {
  const { jar: cookies } = jar();
  cookies.set(page, "a=1; Path=/");
  cookies.set(page, "b=2");
  expect(cookies.header("http://localhost:8000/admin/login/x", fromBar)).toBe("b=2; a=1");
  expect(cookies.header("http://localhost:9000/other", fromBar)).toBe("a=1");
  expect(cookies.header("http://web-1/", fromBar)).toBe("");
});

it("lets cookies expire, by date, by age and at once", () => {
  const { jar: cookies, now } = jar();
  cookies.set(page, "a=1; Path=/; Max-Age=10");
  cookies.set(page, "b=1; Path=/; Expires=Thu, 01 Jan 1970 00:00:05 GMT");
  expect(cookies.header(page, fromBar)).toBe("a=1; b=1");
  now.ms = 6000;
  expect(cookies.header(page, fromBar)).toBe("a=1");
  cookies.set(page, "a=; Path=/; Max-Age=0");
  expect(cookies.header(page, fromBar)).toBe("");
});

it("shows scripts what is not HttpOnly, and lets them not replace what is", () => {
  const { jar: cookies } = jar();
  cookies.set(page, "sessionid=x; Path=/; HttpOnly");
  cookies.set(page, "csrftoken=y; Path=/");
  expect(cookies.readable(page)).toBe("csrftoken=y");
  cookies.set(page, "sessionid=evil; Path=/", true);
  cookies.set(page, "mine=1; Path=/", true);
  expect(cookies.header(page, fromBar)).toBe("sessionid=x; csrftoken=y; mine=1");
});

it("keeps Lax cookies from requests that another site makes, except when it links", () => {
  const { jar: cookies } = jar();
  cookies.set("http://shop.example/", "lax=1");
  cookies.set("http://shop.example/", "strict=1; SameSite=Strict");
  const other = { initiator: "http://evil.test/", navigation: false, method: "POST" };
  expect(cookies.header("http://shop.example/", other)).toBe("");
  expect(cookies.header("http://shop.example/", { ...other, navigation: true, method: "GET" })).toBe("lax=1");
  expect(cookies.header("http://shop.example/", { ...other, initiator: "http://www.shop.example/" })).toBe("lax=1; strict=1");
});

it("takes a domain only from a host within it", () => {
  const { jar: cookies } = jar();
  cookies.set("http://www.shop.example/", "a=1; Domain=shop.example");
  cookies.set("http://www.shop.example/", "b=1; Domain=other.example");
  cookies.set("http://www.shop.example/", "c=1; Domain=example");
  expect(cookies.header("http://api.shop.example/", fromBar)).toBe("a=1");
});
