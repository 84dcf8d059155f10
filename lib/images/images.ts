/** The images by name. */
import type { Image } from "./image.ts";
import { ubuntu } from "./ubuntu.ts";

export const images: ReadonlyMap<string, Image> = new Map([[ubuntu.name, ubuntu]]);
