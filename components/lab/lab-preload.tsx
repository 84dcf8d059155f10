/**
 * Starts a lab while the page's own code is still on its way (lib/lab/browser/early.ts). The script is tiny, and runs when the parser
 * meets it: an async one would wait behind the page's own scripts. Where the page is reached by a link within the site, it does nothing.
 */
export function LabPreload({ definition }: { definition: string }) {
  const engine = process.env.NEXT_PUBLIC_ENGINE_URL;
  const assets = process.env.NEXT_PUBLIC_ASSETS_URL;
  if (!engine || !assets) return null;
  return <script src={`${engine}/begin.js`} data-definition={definition} data-engine={engine} data-assets={assets} />;
}
