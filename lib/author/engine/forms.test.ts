import { expect, it } from "vitest";
import { readPage } from "./forms.ts";

const login = `<!doctype html><html><head><title> Log in </title><style>a{}</style></head><body><h1>Django <b>administration</b></h1>
<form action="/search"><input name="q"></form>
<form method="post" id="login"><input type="hidden" name="csrfmiddlewaretoken" value="tok&amp;en"><input type="text" name="username" value="">
<input type="password" name="password"><input type="checkbox" name="stay" value="1" checked><select name="lang"><option value="en">English<option value="de">Deutsch</select>
<input type="submit" name="go" value="Log in"></form></body></html>`;

it("fills in the form that has the fields, keeps hidden ones, and sends its button", () => {
  const sent = readPage(login, "http://localhost:8000/admin/login/?next=/admin/").submit({
    username: "ann",
    password: "a b&c",
    lang: "Deutsch",
  });
  expect(sent).toMatchObject({ url: "http://localhost:8000/admin/login/?next=/admin/", method: "POST" });
  expect(new TextDecoder().decode(sent.body)).toBe("csrfmiddlewaretoken=tok%26en&username=ann&password=a+b%26c&stay=1&lang=de&go=Log+in");
});

it("puts the fields of a GET form into the address, and leaves an unchecked box out", () => {
  expect(readPage(login, "http://localhost/x").submit({ q: "a b" }).url).toBe("http://localhost/search?q=a+b");
  expect(new TextDecoder().decode(readPage(login, "http://localhost/").submit({ stay: false }).body)).not.toContain("stay");
});

it("says which fields there are when none fit", () => {
  expect(() => readPage(login, "http://localhost/").submit({ usrname: "a" })).toThrow("There are: q; csrfmiddlewaretoken, username");
});

it("reads the text that a page shows", () => {
  expect(readPage(login, "http://localhost/")).toMatchObject({ title: "Log in", text: "Django administration\nEnglish\nDeutsch" });
});
