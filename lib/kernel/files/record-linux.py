"""Runs the steps of linux-recording.json on the Linux it is started on (as root, in a chroot on a fresh tmpfs directory, each step
as its user) and writes what happened back into the file. fs.protected_hardlinks must be 1 and fs.protected_symlinks 0.

A step is "uid call arguments…"; a result is null, the text read, or the name of the error. `tree` is what was there at the end:
"path kind mode uid gid contents", sorted.
"""
import errno, json, os, shutil, stat, sys, tempfile


def run(call, *words):
    path = words[0]
    if call in ("write", "append"):
        how = os.O_APPEND if call == "append" else os.O_TRUNC
        fd = os.open(path, os.O_WRONLY | os.O_CREAT | how, 0o666)
        os.write(fd, words[1].encode())
        os.close(fd)
    elif call == "read":
        fd = os.open(path, os.O_RDONLY)
        try:
            return os.read(fd, 1 << 20).decode()
        finally:
            os.close(fd)
    elif call == "link":
        os.link(path, words[1], follow_symlinks=False)
    elif call == "chmod":
        os.chmod(path, int(words[1], 8))
    else:
        getattr(os, call)(path, *[int(w) if w.isdigit() else w for w in words[1:]])


def tree(path=""):
    status = os.lstat(path or "/")
    if stat.S_ISDIR(status.st_mode):
        kind, what = "directory", ""
    elif stat.S_ISLNK(status.st_mode):
        kind, what = "symlink", os.readlink(path)
    else:
        kind, what = "file", open(path).read()
    lines = [f"{path} {kind} {status.st_mode & 0o7777:o} {status.st_uid} {status.st_gid} {what}"]
    if kind == "directory":
        for name in os.listdir(path or "/"):
            lines += tree(f"{path}/{name}")
    return lines


def record(steps):
    os.umask(0o022)
    os.setgroups([])
    results = []
    for step in steps:
        uid, call, *words = step.split(" ")
        os.setegid(int(uid))
        os.seteuid(int(uid))
        try:
            results.append(run(call, *words))
        except OSError as error:
            results.append(errno.errorcode[error.errno])
        os.seteuid(0)
        os.setegid(0)
    return {"steps": steps, "results": results, "tree": sorted(tree())}


def in_child(steps):
    directory = tempfile.mkdtemp(dir="/dev/shm")
    os.chmod(directory, 0o755)
    read, write = os.pipe()
    if os.fork() == 0:
        os.chroot(directory)
        os.chdir("/")
        with os.fdopen(write, "w") as out:
            json.dump(record(steps), out)
        os._exit(0)
    os.close(write)
    with os.fdopen(read) as source:
        found = json.load(source)
    os.wait()
    shutil.rmtree(directory)
    return found


if __name__ == "__main__":
    with open(sys.argv[1]) as file:
        recorded = json.load(file)
    lines = [json.dumps(in_child(each["steps"])) for each in recorded]
    with open(sys.argv[1], "w") as file:
        file.write("[\n" + ",\n".join(lines) + "\n]\n")
