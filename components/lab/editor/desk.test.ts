import { describe, expect, it } from "vitest";
import { type DeskClient, FileDesk, isDirty, keyOf, largest } from "./desk.ts";

const path = "/home/learner/a.py";
const key = keyOf("laptop", path);

/** A disk of texts; undefined is binary. */
function machine(files: Record<string, string | undefined>, sizes: Record<string, number> = {}) {
  const client: DeskClient = {
    readFile: async (_machine, name) => {
      if (!Object.hasOwn(files, name)) throw new Error(`${name}: No such file or directory`);
      const text = files[name];
      return { text, size: sizes[name] ?? text?.length ?? 10, modifiedMs: 0 };
    },
    writeFile: async (_machine, name, text) => {
      if (name.startsWith("/etc/")) throw new Error(`${name}: Permission denied`);
      files[name] = text;
    },
    renameEntry: async (_machine, from, to) => {
      files[to] = files[from];
      delete files[from];
    },
    removeEntry: async (_machine, gone) => {
      for (const name of Object.keys(files)) if (name === gone || name.startsWith(`${gone}/`)) delete files[name];
    },
  };
  return { files, desk: new FileDesk(client) };
}

describe("the editor's files", () => {
  it("saves a draft, and is clean afterwards", async () => {
    const { files, desk } = machine({ [path]: "a" });
    await desk.open("laptop", path);
    desk.edit(key, "ab");
    expect(desk.get().files.map(isDirty)).toEqual([true]);
    await desk.save(key);
    expect(files[path]).toBe("ab");
    expect(desk.get().files.map(isDirty)).toEqual([false]);
  });

  it("shows at once what sed wrote", async () => {
    const { files, desk } = machine({ [path]: "DEBUG = True" });
    await desk.open("laptop", path);
    files[path] = "DEBUG = False";
    await desk.changedOutside("laptop", [path]);
    expect(desk.get().files[0]).toMatchObject({ draft: "DEBUG = False", revision: 2 });
  });

  it("does not throw away a draft when somebody else writes: the learner decides", async () => {
    const { files, desk } = machine({ [path]: "a" });
    await desk.open("laptop", path);
    desk.edit(key, "mine");
    files[path] = "theirs";
    await desk.changedOutside("laptop", [path]);
    expect(desk.get().files[0]).toMatchObject({ draft: "mine", theirs: "theirs" });
    await desk.save(key);
    expect(files[path]).toBe("theirs");
    await desk.resolve(key, "mine");
    expect(files[path]).toBe("mine");
  });

  it("says why a file can't be edited", async () => {
    const { desk } = machine({ "/b": undefined, "/l": "x" }, { "/l": largest + 1 });
    await desk.open("laptop", "/b");
    await desk.open("laptop", "/l");
    await desk.open("laptop", "/none");
    expect(desk.get().files.map((file) => file.kind)).toEqual(["binary", "large", "gone"]);
    expect(desk.get().files[2]?.problem).toBe("/none: No such file or directory");
  });

  it("keeps what could not be saved, and says why", async () => {
    const { desk } = machine({ "/etc/hosts": "x" });
    await desk.open("laptop", "/etc/hosts");
    desk.edit(keyOf("laptop", "/etc/hosts"), "y");
    await desk.save(keyOf("laptop", "/etc/hosts"));
    expect(desk.get().files[0]).toMatchObject({ draft: "y", problem: "Not saved: /etc/hosts: Permission denied" });
  });

  it("saves before it closes, and brings a neighbor to the front", async () => {
    const { files, desk } = machine({ "/a": "1", "/b": "2" });
    await desk.open("laptop", "/a");
    await desk.open("laptop", "/b");
    desk.edit(keyOf("laptop", "/b"), "3");
    await desk.close(keyOf("laptop", "/b"));
    expect(files["/b"]).toBe("3");
    expect(desk.get().front).toBe(keyOf("laptop", "/a"));
  });

  it("keeps files of the same name on two machines apart", async () => {
    const { desk } = machine({ "/etc/hostname": "x" });
    await desk.open("laptop", "/etc/hostname");
    await desk.open("web-1", "/etc/hostname");
    desk.edit(keyOf("web-1", "/etc/hostname"), "y");
    expect(desk.get().files.map((file) => [file.machine, file.draft])).toEqual([
      ["laptop", "x"],
      ["web-1", "y"],
    ]);
  });

  it("saves a draft before its file gets a new name, and goes on under that name", async () => {
    const { files, desk } = machine({ [path]: "a" });
    await desk.open("laptop", path);
    desk.edit(key, "ab");
    await desk.rename("laptop", path, "/home/learner/b.py");
    expect(files).toEqual({ "/home/learner/b.py": "ab" });
    expect(desk.get()).toMatchObject({
      files: [{ path: "/home/learner/b.py", draft: "ab" }],
      front: keyOf("laptop", "/home/learner/b.py"),
    });
  });

  it("closes what was deleted with its folder, and does not write it again", async () => {
    const { files, desk } = machine({ "/a/x": "1", "/ab": "2" });
    await desk.open("laptop", "/a/x");
    await desk.open("laptop", "/ab");
    desk.edit(keyOf("laptop", "/a/x"), "3");
    await desk.remove("laptop", "/a");
    expect(desk.get().files.map((file) => file.path)).toEqual(["/ab"]);
    expect(files).toEqual({ "/ab": "2" });
  });
});
