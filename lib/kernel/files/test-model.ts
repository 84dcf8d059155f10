/** A plain in-memory file system to hold the real one against: no sharing, no caching, no shared memory. For tests only. */

import { type ErrnoCode, KernelError, kernelError } from "../errno.ts";
import type { Credentials } from "../types.ts";

interface Node {
  kind: "file" | "directory" | "symlink";
  mode: number;
  uid: number;
  gid: number;
  text: string;
  target: string;
  parent: Node | undefined;
  entries: Map<string, Node>;
}

interface Place {
  readonly directory: Node;
  readonly name: string;
  readonly node: Node | undefined;
  readonly slash: boolean;
}

const fail = (code: ErrnoCode): never => {
  throw kernelError(code);
};

export class ModelFiles {
  root: Node = { kind: "directory", mode: 0o755, uid: 0, gid: 0, text: "", target: "", parent: undefined, entries: new Map() };
  user: Credentials = { uid: 0, gid: 0, groups: [] };

  clone(): ModelFiles {
    const copies = new Map<Node, Node>();
    const copy = (node: Node, parent: Node | undefined): Node => {
      const known = copies.get(node);
      if (known !== undefined) return known;
      const made: Node = { ...node, parent, entries: new Map() };
      copies.set(node, made);
      for (const [name, child] of node.entries) made.entries.set(name, copy(child, made));
      return made;
    };
    const model = new ModelFiles();
    model.root = copy(this.root, undefined);
    model.user = this.user;
    return model;
  }

  private may(node: Node, want: number): boolean {
    const { uid, gid } = this.user;
    if (uid === 0) return true;
    const digit = node.uid === uid ? node.mode >> 6 : node.gid === gid ? node.mode >> 3 : node.mode;
    return (digit & want) === want;
  }

  /** Resolves everything but (unless `follow`) a link in the last place. */
  private find(path: string, follow: boolean, from = this.root, depth = { links: 0 }): Place {
    const slash = /[^/]\/+$/.test(path);
    let directory = path.startsWith("/") ? this.root : from;
    const parts = path.split("/").filter((part) => part !== "");
    for (const [index, part] of parts.entries()) {
      const last = index === parts.length - 1;
      if (directory.kind !== "directory") fail("ENOTDIR");
      if (!this.may(directory, 1)) fail("EACCES");
      if (part === "..") {
        directory = directory.parent ?? this.root;
        if (last) return { directory, name: "..", node: directory, slash };
        continue;
      }
      let node = directory.entries.get(part);
      if (node === undefined) {
        if (!last) fail("ENOENT");
        return { directory, name: part, node, slash };
      }
      if (node.kind === "symlink" && (!last || follow || slash)) {
        if (++depth.links > 40) fail("ELOOP");
        const place = this.find(node.target, true, directory, depth);
        if (last) {
          if (slash && place.node !== undefined && place.node.kind !== "directory") fail("ENOTDIR");
          return { ...place, slash: slash || place.slash };
        }
        node = place.node ?? fail("ENOENT");
      }
      if (last) {
        if (slash && node.kind !== "directory") fail("ENOTDIR");
        return { directory, name: part, node, slash };
      }
      directory = node;
    }
    return { directory: this.root, name: "", node: this.root, slash: false };
  }

  /** Directory and last component, a link there not followed; "" when there is none. */
  private place(path: string): Place {
    const slash = /[^/]\/+$/.test(path);
    const parts = path.split("/").filter((part) => part !== "");
    const name = parts.pop() ?? "";
    const directory = this.existing(`/${parts.join("/")}`);
    if (directory.kind !== "directory") fail("ENOTDIR");
    if (!this.may(directory, 1)) fail("EACCES");
    return { directory, name, node: directory.entries.get(name), slash };
  }

  private existing(path: string, follow = true): Node {
    return this.find(path, follow).node ?? fail("ENOENT");
  }

  private add(directory: Node, name: string, kind: Node["kind"], mode: number): Node {
    if (!this.may(directory, 3)) fail("EACCES");
    const { uid } = this.user;
    const inherits = (directory.mode & 0o2000) !== 0;
    const gid = inherits ? directory.gid : this.user.gid;
    const bits = mode | (inherits && kind === "directory" ? 0o2000 : 0);
    const node: Node = { kind, mode: bits, uid, gid, text: "", target: "", parent: directory, entries: new Map() };
    directory.entries.set(name, node);
    return node;
  }

  private mayRemove(directory: Node, node: Node): void {
    if (!this.may(directory, 3)) fail("EACCES");
    const { uid } = this.user;
    if (uid !== 0 && (directory.mode & 0o1000) !== 0 && uid !== node.uid && uid !== directory.uid) fail("EPERM");
  }

  writeFile(path: string, text: string, options: { append?: boolean } = {}): void {
    if (path.endsWith("/")) {
      this.place(path);
      fail("EISDIR");
    }
    const place = this.find(path, true);
    let node = place.node;
    if (node === undefined) {
      node = this.add(place.directory, place.name, "file", 0o644);
    } else {
      if (node.kind === "directory") fail("EISDIR");
      if (!this.may(node, 2)) fail("EACCES");
    }
    node.text = options.append === true ? node.text + text : text;
  }

  readText(path: string): string {
    const node = this.existing(path);
    if (!this.may(node, 4)) fail("EACCES");
    if (node.kind === "directory") fail("EISDIR");
    return node.text;
  }

  truncate(path: string, size: number): void {
    const node = this.existing(path);
    if (node.kind === "directory") fail("EISDIR");
    if (!this.may(node, 2)) fail("EACCES");
    node.text = node.text.slice(0, size).padEnd(size, "\0");
  }

  private newPlace(path: string, directory: boolean): Place {
    const place = this.place(path);
    if (["", ".."].includes(place.name) || place.node !== undefined) fail("EEXIST");
    if (place.slash && !directory) fail("ENOENT");
    return place;
  }

  mkdir(path: string): void {
    const place = this.newPlace(path, true);
    this.add(place.directory, place.name, "directory", 0o755);
  }

  symlink(target: string, path: string): void {
    const place = this.newPlace(path, false);
    this.add(place.directory, place.name, "symlink", 0o777).target = target;
  }

  link(from: string, path: string): void {
    const node = this.existing(from, false);
    const place = this.newPlace(path, false);
    const { uid } = this.user;
    const raises = (node.mode & 0o4000) !== 0 || (node.mode & 0o2010) === 0o2010;
    if (uid !== 0 && uid !== node.uid && !(node.kind === "file" && !raises && this.may(node, 6))) fail("EPERM");
    if (!this.may(place.directory, 3)) fail("EACCES");
    if (node.kind === "directory") fail("EPERM");
    place.directory.entries.set(place.name, node);
  }

  unlink(path: string): void {
    const { directory, name, node, slash } = this.place(path);
    if (["", ".."].includes(name)) fail("EISDIR");
    if (node === undefined) throw kernelError("ENOENT");
    if (slash) fail(node.kind === "directory" ? "EISDIR" : "ENOTDIR");
    this.mayRemove(directory, node);
    if (node.kind === "directory") fail("EISDIR");
    directory.entries.delete(name);
  }

  rmdir(path: string): void {
    const { directory, name, node } = this.place(path);
    if (name === "") fail("EBUSY");
    if (name === "..") fail("ENOTEMPTY");
    if (node === undefined) throw kernelError("ENOENT");
    this.mayRemove(directory, node);
    if (node.kind !== "directory") fail("ENOTDIR");
    if (node.entries.size > 0) fail("ENOTEMPTY");
    directory.entries.delete(name);
  }

  rename(from: string, to: string): void {
    const source = this.place(from);
    const place = this.place(to);
    if ([source.name, place.name].some((name) => name === "" || name === "..")) fail("EBUSY");
    const node = source.node;
    if (node === undefined) throw kernelError("ENOENT");
    if (node.kind !== "directory" && (source.slash || place.slash)) fail("ENOTDIR");
    const replaced = place.node;
    for (let at: Node | undefined = place.directory; at !== undefined; at = at.parent) if (at === node) fail("EINVAL");
    for (let at: Node | undefined = source.directory; at !== undefined; at = at.parent) if (at === replaced) fail("ENOTEMPTY");
    if (replaced === node) return;
    this.mayRemove(source.directory, node);
    if (replaced === undefined) {
      if (!this.may(place.directory, 3)) fail("EACCES");
    } else {
      this.mayRemove(place.directory, replaced);
      if (node.kind === "directory" && replaced.kind !== "directory") fail("ENOTDIR");
      if (node.kind !== "directory" && replaced.kind === "directory") fail("EISDIR");
    }
    if (node.kind === "directory" && place.directory !== source.directory && !this.may(node, 2)) fail("EACCES");
    if (replaced !== undefined && replaced.entries.size > 0) fail("ENOTEMPTY");
    source.directory.entries.delete(source.name);
    place.directory.entries.delete(place.name);
    place.directory.entries.set(place.name, node);
    if (node.kind === "directory") node.parent = place.directory;
  }

  chmod(path: string, mode: number): void {
    const node = this.existing(path);
    const { uid, gid } = this.user;
    if (uid !== 0 && uid !== node.uid) fail("EPERM");
    node.mode = uid !== 0 && gid !== node.gid ? mode & ~0o2000 : mode;
  }

  chown(path: string, uid: number, gid: number): void {
    const node = this.existing(path);
    if (this.user.uid !== 0 && !(this.user.uid === node.uid && uid === node.uid && (gid === node.gid || gid === this.user.gid)))
      fail("EPERM");
    node.uid = uid;
    node.gid = gid;
    if (node.kind === "file") node.mode &= ~0o4000;
    if (node.kind === "file" && (node.mode & 0o010) !== 0) node.mode &= ~0o2000;
  }

  /** Everything there is, to compare: path, attributes, contents, which names are the same file. */
  dump(): string[] {
    const lines: string[] = [];
    const names = new Map<Node, string>();
    const visit = (node: Node, path: string) => {
      const first = names.get(node) ?? path;
      names.set(node, first);
      const what = node.kind === "file" ? JSON.stringify(node.text) : node.kind === "symlink" ? node.target : "";
      lines.push([path, node.kind, (node.mode & 0o7777).toString(8), node.uid, node.gid, first, what].join(" "));
      for (const [name, child] of node.entries) visit(child, `${path}/${name}`);
    };
    visit(this.root, "");
    return lines;
  }
}

/** The code of the error that `call` throws, or what it returned. */
export function outcome(call: () => unknown): unknown {
  try {
    return call();
  } catch (error) {
    if (error instanceof KernelError) return error.code;
    throw error;
  }
}
