import { components } from "../components.ts";
import { type EditorSchema, editorSchemas } from "./schemas.ts";

/**
 * What `.vscode/` holds, so that VS Code (and Codium) completes and checks an author's files as soon as the repository is opened.
 * Made of the schemas and of the table of elements; a test demands that the committed files are these.
 */
export function editorFiles(): Readonly<Record<string, string>> {
  const schemas = editorSchemas();
  const isJson = ({ files: [glob] }: EditorSchema): boolean => glob?.endsWith(".json") === true;
  const files: Record<string, unknown> = {
    ".vscode/settings.json": {
      "yaml.schemas": Object.fromEntries(
        schemas.filter((each) => each.files.length > 0 && !isJson(each)).map(({ name, files }) => [schemaFile(name), files]),
      ),
      "json.schemas": schemas.filter(isJson).map(({ name, files }) => ({ fileMatch: files, url: `./${schemaFile(name)}` })),
      "yaml.schemaStore.enable": false,
      "yaml.format.enable": false,
    },
    ".vscode/extensions.json": { recommendations: ["redhat.vscode-yaml", "unifiedjs.vscode-mdx", "biomejs.biome"] },
    ".vscode/lesson.code-snippets": snippets(),
  };
  for (const { name, schema } of schemas) files[schemaFile(name)] = schema;
  return Object.fromEntries(Object.entries(files).map(([path, value]) => [path, `${JSON.stringify(value, undefined, 2)}\n`]));
}

function schemaFile(name: string): string {
  return `.vscode/schema/${name}.json`;
}

/** Each element of the prose, by its name, written as its example. */
function snippets(): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(components).map(([name, { about, example }]) => [
      name,
      { scope: "mdx,markdown", prefix: `<${name}`, description: about, body: example.replaceAll("$", "\\$").split("\n") },
    ]),
  );
}
