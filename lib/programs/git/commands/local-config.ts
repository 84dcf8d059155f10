/** Changes to the repository's own settings. */
import { ConfigFile } from "../repository/config-file.ts";
import type { Repository } from "../repository/repository.ts";

export function changeConfig(repository: Repository, change: (file: ConfigFile) => void): void {
  const path = `${repository.commonDir}/config`;
  const before = repository.files.exists(path) ? repository.files.readText(path) : "";
  const file = new ConfigFile(before, `file ${path}`);
  change(file);
  if (file.text === before) return;
  repository.files.writeFile(path, file.text);
  repository.config.reload();
}
