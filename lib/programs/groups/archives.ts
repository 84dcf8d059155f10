/** Archives. */
import * as gzip from "../archive/gzip.ts";
import * as tar from "../archive/tar.ts";
import * as unzip from "../archive/unzip.ts";
import * as zip from "../archive/zip.ts";

export const modules: readonly object[] = [gzip, tar, unzip, zip];
