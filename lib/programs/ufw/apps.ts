/** Application profiles in /etc/ufw/applications.d: names for ports. */
import type { Files } from "../../kernel/types.ts";
import { PATHS } from "./rules.ts";

export interface AppProfile {
  readonly name: string;
  readonly title: string;
  readonly description: string;
  /** As in a rule: "22/tcp", "80,443/tcp". */
  readonly ports: string;
}

export function readApps(files: Files): AppProfile[] {
  if (!files.exists(PATHS.apps)) return [];
  const texts = files.readdir(PATHS.apps).map(({ name }) => files.readText(`${PATHS.apps}/${name}`));
  return texts
    .flatMap((text) => text.split(/^(?=\[)/m))
    .flatMap((section) => {
      const name = /^\[([^\]]+)\]/.exec(section)?.[1];
      const value = (key: string) => new RegExp(`^${key}=(.*)$`, "m").exec(section)?.[1]?.trim() ?? "";
      return name === undefined ? [] : [{ name, title: value("title"), description: value("description"), ports: value("ports") }];
    })
    .sort((left, right) => (left.name < right.name ? -1 : 1));
}
