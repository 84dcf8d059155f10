/** The images by name, and how a new machine is filled. */
import type { Files, Machine } from "../kernel/types.ts";
import type { Image, ImageFiles } from "./image.ts";
import { nameMachine, ubuntu } from "./ubuntu.ts";

export const images: ReadonlyMap<string, Image> = new Map([[ubuntu.name, ubuntu]]);

function isImageFiles(files: Files): files is ImageFiles {
  return "mknod" in files;
}

/** `KernelOptions.fill`: puts the files of an image on a new machine. Throws when there is no such image. */
export async function fillMachine(machine: Machine, name: string): Promise<void> {
  const image = images.get(name);
  if (!image) throw new Error(`there is no image ${name}; there are: ${[...images.keys()].join(", ")}`);
  const { files } = machine;
  if (!isImageFiles(files)) throw new Error(`the disk of ${machine.name} cannot hold device nodes`);
  await image.build(files, machine);
  nameMachine(files, machine.hostname);
}
