import { expect, it } from "vitest";
import { slowPart } from "./slow-pattern.ts";

it.each([
  "(a+)+$",
  "^(\\w+\\s?)*$",
  "(.*)*x",
  "(?:a|a)*b",
  "(\\w|\\d)+$",
  "((ab)*)*c",
  "(.+,)*$",
  "([a-z]+)*!",
  "(a|aa)+$",
  "x.*.*.*.*.*y",
  "(\\s*\\w+)*;",
  "(?:(?:a+)?)*b",
])("refuses %s, which some text keeps busy for ever", (pattern) => {
  expect(slowPart(pattern)).toBeDefined();
});

it.each([
  "Monday(?:(?!Tuesday)[\\s\\S])*8 am to 1 pm[\\s\\S]*Tuesday",
  '"visits": ?([2-9]|[1-9]\\d+)\\b',
  "Accepted publickey for debian from (?!10\\.0\\.0\\.20|127\\.)\\S+ port",
  "^(ssh-|ecdsa-|sk-)\\S+ \\S+",
  "postgresql (?!postgres$)\\w+",
  "(?:\\w+\\s)*end",
  "(?:.|\\n)*",
  "(?:GET|POST) /[a-z/]*",
  "^\\d{1,3}(\\.\\d{1,3}){3}$",
  "a{2}b?c+",
  "[+*(]+",
])("lets %s be", (pattern) => {
  expect(slowPart(pattern)).toBeUndefined();
});
