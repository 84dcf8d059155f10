"""What CPython's modules must know of this machine. Run by the build before anything else is imported; gets `errors`, rows of
[Linux's number of an error, the C library's, its name], and `call` of process.py."""

import errno
import gc
import os
import posix
import sys

sys.platform = "linux"

# On Emscripten it knows no place for what a user installs.
import importlib
import sysconfig

importlib.reload(sysconfig)

# --- Errors have Linux's numbers (the interpreter translates where it makes an OSError of errno).
linux = {ours: number for number, ours, name in errors}
for name in [name for name in vars(errno) if name.startswith("E")]:
    delattr(errno, name)
errno.errorcode.clear()
for number, ours, name in errors:
    setattr(errno, name, number)
    errno.errorcode[number] = name
for alias, number in (("EWOULDBLOCK", 11), ("EDEADLOCK", 35), ("ENOTSUP", 95)):
    setattr(errno, alias, number)
classes = next(found for found in gc.get_objects() if type(found) is dict and found.get(44) is FileNotFoundError)
replaced = {linux[ours]: kind for ours, kind in classes.items() if ours in linux}
classes.clear()
classes.update(replaced)
texts = {number: posix.strerror(ours) for number, ours, name in errors}


def strerror(code, /):
    """Translate an error code to a message string."""
    return texts[code] if code in texts else f"Unknown error {code}"


# --- What the C library has no answer to.
def getppid():
    """Return the parent's process id."""
    return call("getppid")


def getpid():
    """Return the current process id."""
    return call("getpid")


def waitpid(pid, options, /):
    """Wait for completion of a given child process."""
    return tuple(call("waitpid", pid=pid, options=options))


def wait():
    """Wait for completion of a child process."""
    return waitpid(-1, 0)


def wait3(options):
    """Wait for completion of a child process."""
    return wait4(-1, options)


def wait4(pid, options):
    """Wait for completion of a specific child process."""
    import resource

    return (*waitpid(pid, options), resource.getrusage(resource.RUSAGE_CHILDREN))


def link(src, dst, *, src_dir_fd=None, dst_dir_fd=None, follow_symlinks=True):
    """Create a hard link to a file."""
    try:
        call("link", existing=os.fsdecode(src), path=os.fsdecode(dst))
    except OSError as error:
        failed = error
    else:
        return
    raise OSError(failed.errno, failed.strerror, src, None, dst)


def pause():
    """Wait until a signal arrives."""
    select.poll().poll()


def setsid():
    """Call the system call setsid()."""
    call("setsid")


def getpgid(pid):
    """Call the system call getpgid(), and return the result."""
    return call("getpgid", pid=pid)


def getpgrp():
    """Return the current process group id."""
    return call("getpgid", pid=0)


def setpgid(pid, pgrp, /):
    """Call the system call setpgid(pid, pgrp)."""
    call("setpgid", pid=pid, group=pgrp)


def execve(path, argv, env):
    """Execute an executable path with arguments, replacing current process."""
    try:
        call("execve", path=os.fsdecode(path), argv=[os.fsdecode(arg) for arg in argv], env={os.fsdecode(name): os.fsdecode(value) for name, value in env.items()})
    except OSError as error:
        failed = error
    raise OSError(failed.errno, failed.strerror, path)


def execv(path, argv, /):
    """Execute an executable path with arguments, replacing current process."""
    execve(path, argv, os.environ)


def set_inheritable(fd, inheritable, /):
    """Set the inheritable flag of the specified file descriptor."""
    fcntl.fcntl(fd, fcntl.F_SETFD, 0 if inheritable else fcntl.FD_CLOEXEC)


def getgroups():
    """Return list of supplemental group IDs associated with the process."""
    return call("ids")["groups"]


def getuid_of(which):
    def get():
        return call("ids")[which]

    return get


def getsid(pid, /):
    """Call the system call getsid(pid) and return the result."""
    return call("getsid", pid=pid)


def set_credentials(uid=-1, gid=-1, groups=None):
    now = call("ids")
    call("setcredentials", uid=now["uid"] if uid < 0 else uid, gid=now["gid"] if gid < 0 else gid, groups=os.getgroups() if groups is None else groups)


def getloadavg():
    """Return average recent system load information."""
    return (0.0, 0.0, 0.0)


posix_fork = posix.fork


def fork():
    """Fork a child process.

    Return 0 to child process and PID of child to parent process."""
    # The worker gives the child 0 as what this function gives (worker/fork.ts).
    return posix_fork()


shims = dict(
    fork=fork,
    strerror=strerror,
    getppid=getppid,
    getsid=getsid,
    set_inheritable=set_inheritable,
    getgroups=getgroups,
    getpid=getpid,
    waitpid=waitpid,
    wait=wait,
    wait3=wait3,
    wait4=wait4,
    link=link,
    setsid=setsid,
    getpgid=getpgid,
    getpgrp=getpgrp,
    setpgid=setpgid,
    setpgrp=lambda: setpgid(0, 0),
    execve=execve,
    execv=execv,
    geteuid=getuid_of("uid"),
    getgid=getuid_of("gid"),
    getegid=getuid_of("gid"),
    getresuid=lambda: (call("ids")["uid"],) * 3,
    getresgid=lambda: (call("ids")["gid"],) * 3,
    setuid=lambda uid, /: set_credentials(uid=uid),
    seteuid=lambda uid, /: set_credentials(uid=uid),
    setgid=lambda gid, /: set_credentials(gid=gid),
    setegid=lambda gid, /: set_credentials(gid=gid),
    setreuid=lambda real, effective, /: set_credentials(uid=effective),
    setregid=lambda real, effective, /: set_credentials(gid=effective),
    setgroups=lambda groups, /: set_credentials(groups=list(groups)),
    initgroups=lambda name, gid, /: None,
    cpu_count=lambda: 1,
    process_cpu_count=lambda: 1,
    getloadavg=getloadavg,
    sched_getaffinity=lambda pid, /: {0},
)
for name, function in shims.items():
    if callable(function):
        function.__name__ = function.__qualname__ = name
        function.__module__ = "posix"
    setattr(posix, name, function)
    setattr(os, name, function)
    if name not in os.__all__:
        os.__all__.append(name)

import fcntl


def flock(fd, operation, /):
    """Perform the lock operation on file descriptor fd."""
    call("flock", fd=fd if isinstance(fd, int) else fd.fileno(), operation=operation)


fcntl.flock = flock
for name, value in dict(LOCK_SH=1, LOCK_EX=2, LOCK_NB=4, LOCK_UN=8, F_RDLCK=0, F_WRLCK=1, F_UNLCK=2).items():
    setattr(fcntl, name, value)

# --- subprocess: there is no fork, so the kernel starts the program itself.
import _posixsubprocess

NO_CHILD = 2**22 - 1


def fork_exec(args, executable_list, close_fds, pass_fds, cwd, env, p2cread, p2cwrite, c2pread, c2pwrite, errread, errwrite, errpipe_read, errpipe_write, restore_signals, start_new_session, process_group, gid, extra_groups, uid, child_umask, preexec_fn, /):
    """Spawn a fresh new child process."""
    if preexec_fn is not None:
        raise NotImplementedError("preexec_fn can't be used on this machine: it has no fork()")
    text = os.fsdecode
    fds = {fd: fd for fd in map(int, pass_fds) if fd != errpipe_write}
    for child, fd in ((0, p2cread), (1, c2pwrite), (2, errwrite)):
        fds[child] = child if fd == -1 else fd
    if env is None:
        environment = {text(name): text(value) for name, value in os.environ._data.items()}
    else:
        environment = dict(text(entry).split("=", 1) for entry in env)
    answer = call(
        "spawn",
        argv=[text(arg) for arg in args],
        executables=[text(path) for path in executable_list],
        env=environment,
        cwd=None if cwd is None else text(os.fspath(cwd)),
        fds=fds,
        closeFds=bool(close_fds),
        newSession=bool(start_new_session),
        processGroup=process_group,
    )
    if "pid" in answer:
        return answer["pid"]
    # As the child of a fork would report it.
    os.write(errpipe_write, b"OSError:%X:%s" % (answer["errno"], b"noexec:chdir" if answer["chdir"] else b""))
    return NO_CHILD


fork_exec.__module__ = "_posixsubprocess"
_posixsubprocess.fork_exec = fork_exec

# --- Passwords: the kernel's host has the hash functions that OpenSSL would give.
import hashlib


def pbkdf2_hmac(hash_name, password, salt, iterations, dklen=None):
    """Password based key derivation function 2 (PKCS #5 v2.0) with HMAC as pseudorandom function."""
    sizes = {"sha1": (1, 20), "sha256": (256, 32), "sha384": (384, 48), "sha512": (512, 64)}
    name = hash_name.lower().replace("-", "")
    if name not in sizes:
        raise ValueError(f"[digital envelope routines] unsupported: {hash_name}")
    if iterations < 1:
        raise ValueError("iteration value must be greater than 0.")
    if dklen is not None and dklen < 1:
        raise ValueError("key length must be greater than 0.")
    which, size = sizes[name]
    key = call("pbkdf2", iterations=iterations, length=dklen or size, hash=which, password=list(bytes(password)), salt=list(bytes(salt)))
    return bytes(key)


pbkdf2_hmac.__module__ = "hashlib"
if not hasattr(hashlib, "pbkdf2_hmac"):
    hashlib.pbkdf2_hmac = pbkdf2_hmac
    hashlib.__all__ = (*hashlib.__all__, "pbkdf2_hmac")

# OpenSSL's limit when none is given.
SCRYPT_MEMORY = 32 * 1024 * 1024


def scrypt(password, *, salt, n, r, p, maxmem=0, dklen=64):
    """scrypt password-based key derivation function."""
    if n < 2 or n & (n - 1):
        raise ValueError("n must be a power of 2.")
    if maxmem < 0:
        raise ValueError("maxmem must be positive and smaller than 2147483647")
    if dklen < 1:
        raise ValueError("dklen must be greater than 0 and smaller than 2147483647")
    if r < 1 or p < 1 or 128 * r * p + 128 * r * (n + 2) > (maxmem or SCRYPT_MEMORY):
        raise ValueError("Invalid parameter combination for n, r, p, maxmem.")
    return bytes(call("scrypt", n=n, r=r, p=p, length=dklen, password=list(bytes(password)), salt=list(bytes(salt))))


scrypt.__module__ = "hashlib"
if not hasattr(hashlib, "scrypt"):
    hashlib.scrypt = scrypt
    hashlib.__all__ = (*hashlib.__all__, "scrypt")

# --- Sockets.
import _socket

# What there is of this family is made by unix_sockets.py; whoever imports socket sees its name.
for name, value in dict(AF_UNIX=1, SO_PEERCRED=17, SO_PASSCRED=16).items():
    setattr(_socket, name, value)

import socket

for name, value in dict(SO_REUSEADDR=2, SO_KEEPALIVE=9, SO_BROADCAST=6, SO_LINGER=13, SO_RCVBUF=8, SO_SNDBUF=7, SO_ERROR=4, SO_TYPE=3, SO_REUSEPORT=15, SOMAXCONN=4096, TCP_NODELAY=1, TCP_INFO=11, TCP_KEEPIDLE=4, TCP_KEEPINTVL=5, TCP_KEEPCNT=6, TCP_DEFER_ACCEPT=9, SOL_SOCKET=1, IPPROTO_TCP=6).items():
    if not hasattr(_socket, name):
        setattr(_socket, name, value)
        setattr(socket, name, value)
        socket.__all__.append(name)
socket.has_ipv6 = False

connect_ex = _socket.socket.connect_ex


class Numbers:
    """connect_ex gives the number itself, which is the C library's."""

    def connect_ex(self, address, /):
        result = connect_ex(self, address)
        return linux.get(result, result)


socket.socket.connect_ex = Numbers.connect_ex

# --- A server with a thread for each connection serves them in turn; one that keeps a connection open lets go when somebody else knocks.
import select
import signal
import socketserver
import time
import traceback

listeners = {}


socketserver.ThreadingMixIn.process_request = lambda self, request, client_address: serve(self, request, client_address)


# An answer that takes longer hangs, as far as Ctrl-C is concerned.
PATIENCE_SECONDS = 1


def serve(server, request, client_address):
    """A threaded server's main thread takes Ctrl-C, not the thread that answers: the answer is finished first, then the server ends."""
    fd = request.fileno()
    listeners[fd] = server.socket
    began = time.monotonic()
    interrupted = False

    def on_interrupt(number, frame):
        nonlocal interrupted
        again, interrupted = interrupted, True
        if again or time.monotonic() - began > PATIENCE_SECONDS:
            raise KeyboardInterrupt

    defers = signal.getsignal(signal.SIGINT) is signal.default_int_handler
    if defers:
        signal.signal(signal.SIGINT, on_interrupt)
    try:
        server.process_request_thread(request, client_address)
    except Exception:
        # In a thread of its own it would end that thread, not the server, and be printed if that is possible (threading.excepthook).
        try:
            traceback.print_exc()
        except OSError:
            pass
    finally:
        if defers:
            signal.signal(signal.SIGINT, signal.default_int_handler)
        listeners.pop(fd, None)
    if interrupted:
        raise KeyboardInterrupt


readinto = socket.SocketIO.readinto


def readinto_or_let_go(self, buffer):
    sock = self._sock
    listener = listeners.get(sock.fileno()) if listeners and sock is not None else None
    if listener is not None and listener.fileno() >= 0:
        waiting = select.poll()
        waiting.register(sock, select.POLLIN)
        waiting.register(listener, select.POLLIN)
        if sock.fileno() not in dict(waiting.poll()):
            return 0
    return readinto(self, buffer)


socket.SocketIO.readinto = readinto_or_let_go

# --- Timers: the C library's setitimer is there, signal's functions for it are not.
import signal


def setitimer(which, seconds, interval=0.0, /):
    """Sets given itimer (one of ITIMER_REAL, ITIMER_VIRTUAL or ITIMER_PROF)."""
    if which != 0:
        raise signal.ItimerError(errno.EINVAL, "Invalid argument")
    if interval:
        raise NotImplementedError("a timer that repeats can't be had on this machine; set it again in the handler")
    return (call("alarm", milliseconds=round(seconds * 1000)) / 1000, 0.0)


if not hasattr(signal, "setitimer"):
    signal.ITIMER_REAL, signal.ITIMER_VIRTUAL, signal.ITIMER_PROF = range(3)
    signal.ItimerError = type("itimer_error", (OSError,), {"__module__": "signal"})
    signal.setitimer = setitimer
if not hasattr(signal, "siginterrupt"):
    signal.siginterrupt = lambda signalnum, flag, /: None
