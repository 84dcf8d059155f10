import { type DefaultTreeAdapterTypes, parse } from "parse5";

type Element = DefaultTreeAdapterTypes.Element;
type Node = DefaultTreeAdapterTypes.Node;

/** A request that submitting a form makes. */
export interface Submission {
  readonly url: string;
  readonly method: "GET" | "POST";
  readonly headers: readonly (readonly [string, string])[];
  readonly body: Uint8Array | undefined;
}

export interface Page {
  readonly title: string;
  /** The text that the page shows, a line a block. */
  readonly text: string;
  /** Fills in and submits the form that has all the given fields (https://html.spec.whatwg.org/#form-submission-2). Throws Error. */
  submit(values: Readonly<Record<string, string | number | boolean>>): Submission;
}

/** Reads an HTML page that was found at `url`. */
export function readPage(html: string, url: string): Page {
  const elements = [...walk(parse(html))];
  const title = elements.find((element) => element.tagName === "title");
  const base = elements.find((element) => element.tagName === "base");
  const root = new URL((base && attribute(base, "href")) ?? "", url).href;
  return {
    title: title === undefined ? "" : textOf(title).trim(),
    text: visibleText(elements.find((element) => element.tagName === "body")),
    submit: (values) => submit(elements, values, root, url),
  };
}

function submit(
  elements: readonly Element[],
  values: Readonly<Record<string, string | number | boolean>>,
  base: string,
  page: string,
): Submission {
  const wanted = Object.keys(values);
  const forms = elements.filter((element) => element.tagName === "form");
  const named = (form: Element): string[] => controls(form).map((control) => attribute(control, "name") ?? "");
  const form = forms.find((candidate) => wanted.every((name) => named(candidate).includes(name)));
  if (form === undefined) {
    const known = forms.map((candidate) => named(candidate).filter(Boolean).join(", ")).join("; ");
    throw new Error(
      forms.length === 0 ? "The page has no form." : `No form of the page has the fields ${wanted.join(", ")}. There are: ${known}.`,
    );
  }
  const entries = entriesOf(form, values);
  const button = controls(form).find(isSubmit);
  const action = (button && attribute(button, "formaction")) ?? attribute(form, "action");
  const method = ((button && attribute(button, "formmethod")) ?? attribute(form, "method") ?? "get").toLowerCase();
  const target = new URL(action === undefined || action === "" ? page : action, base);
  const query = new URLSearchParams(entries.map(([name, value]): [string, string] => [name, value]));
  if (method !== "post") {
    target.search = query.toString();
    return { url: target.href, method: "GET", headers: [], body: undefined };
  }
  if ((attribute(form, "enctype") ?? "").toLowerCase() === "multipart/form-data") {
    const boundary = "----SlipwayFormBoundary";
    const parts = entries.map(([name, value]) => `--${boundary}\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`);
    const body = new TextEncoder().encode(`${parts.join("")}--${boundary}--\r\n`);
    return { url: target.href, method: "POST", headers: [["Content-Type", `multipart/form-data; boundary=${boundary}`]], body };
  }
  const body = new TextEncoder().encode(query.toString());
  return { url: target.href, method: "POST", headers: [["Content-Type", "application/x-www-form-urlencoded"]], body };
}

/** The form's entry list, with the values given put into the fields of their names. */
function entriesOf(form: Element, values: Readonly<Record<string, string | number | boolean>>): [string, string][] {
  const entries: [string, string][] = [];
  const button = controls(form).find(isSubmit);
  for (const control of controls(form)) {
    const name = attribute(control, "name") ?? "";
    if (name === "" || attribute(control, "disabled") !== undefined) continue;
    const given = Object.hasOwn(values, name) ? values[name] : undefined;
    const type = (attribute(control, "type") ?? "text").toLowerCase();
    if (isSubmit(control)) {
      if (control === button) entries.push([name, attribute(control, "value") ?? ""]);
    } else if (control.tagName === "textarea") {
      entries.push([name, String(given ?? textOf(control).replace(/^\n/, ""))]);
    } else if (control.tagName === "select") {
      const options = [...walk(control)].filter((element) => element.tagName === "option");
      const optionValue = (option: Element): string => attribute(option, "value") ?? textOf(option).trim();
      const match =
        given === undefined
          ? undefined
          : options.find((option) => optionValue(option) === String(given) || textOf(option).trim() === String(given));
      const chosen = match ?? options.find((option) => attribute(option, "selected") !== undefined) ?? options[0];
      if (chosen !== undefined) entries.push([name, given === undefined || match !== undefined ? optionValue(chosen) : String(given)]);
    } else if (type === "checkbox" || type === "radio") {
      const value = attribute(control, "value") ?? "on";
      const checked = given === undefined ? attribute(control, "checked") !== undefined : given === true || String(given) === value;
      if (checked) entries.push([name, value]);
    } else if (!["button", "reset", "image", "file"].includes(type)) {
      entries.push([name, String(given ?? attribute(control, "value") ?? "")]);
    }
  }
  return entries;
}

function controls(form: Element): Element[] {
  return [...walk(form)].filter((element) => ["input", "textarea", "select", "button"].includes(element.tagName));
}

function isSubmit(control: Element): boolean {
  const type = attribute(control, "type")?.toLowerCase();
  return control.tagName === "button" ? type === undefined || type === "submit" : control.tagName === "input" && type === "submit";
}

function attribute(element: Element, name: string): string | undefined {
  return element.attrs.find((each) => each.name === name)?.value;
}

function* walk(node: Node): Generator<Element> {
  if (!("childNodes" in node)) return;
  for (const child of node.childNodes) {
    if ("tagName" in child) yield child;
    yield* walk(child);
  }
}

function textOf(node: Node): string {
  if ("value" in node && node.nodeName === "#text") return node.value;
  return "childNodes" in node ? node.childNodes.map(textOf).join("") : "";
}

const INVISIBLE = new Set(["script", "style", "template", "head", "noscript", "svg"]);
const INLINE = new Set([
  "a",
  "abbr",
  "b",
  "code",
  "em",
  "i",
  "kbd",
  "label",
  "small",
  "span",
  "strong",
  "sub",
  "sup",
  "u",
  "time",
  "button",
]);

function visibleText(body: Element | undefined): string {
  const visit = (node: Node): string => {
    if (node.nodeName === "#text" && "value" in node) return node.value.replace(/\s+/g, " ");
    if (!("childNodes" in node) || ("tagName" in node && INVISIBLE.has(node.tagName))) return "";
    const inner = node.childNodes.map(visit).join("");
    return "tagName" in node && !INLINE.has(node.tagName) ? `\n${inner}\n` : inner;
  };
  if (body === undefined) return "";
  return visit(body)
    .split("\n")
    .map((line) => line.trim())
    .filter((line) => line !== "")
    .join("\n");
}
