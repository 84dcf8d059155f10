/** Entry of the script in the head of pages with a lab. It has its addresses from its own element, and starts nothing that could fail. */
import { asksBeforeDownload } from "./consent.ts";
import { startEarly } from "./early.ts";

const { definition, engine, assets } = document.currentScript?.dataset ?? {};
const canRun = globalThis.crossOriginIsolated && typeof SharedArrayBuffer === "function";
if (definition && engine && assets && canRun && !asksBeforeDownload()) startEarly({ definition, engine, assets });
