"""The command uwsgi: starts as uWSGI does, says what it says, and looks after its workers."""

import grp
import importlib.util
import os
import pwd
import signal
import socket
import sys
import tempfile
import time
import traceback

from . import VERSION, options
from .worker import Worker, log


# Listening sockets that a reloaded master has from before.
KEPT = "UWSGI_KEPT_SOCKETS"


class Listener:
    def __init__(self, text, protocol):
        self.protocol, self.text = protocol, text
        self.is_unix = ":" not in text
        if self.is_unix:
            self.name = (text, "")
            self.socket = socket.socket(socket.AF_UNIX)
        else:
            host, _, port = text.rpartition(":")
            self.name = (host or "0.0.0.0", int(port))
            self.socket = socket.socket()

    def bind(self, backlog, mode):
        for pair in os.environ.get(KEPT, "").split():
            fd, _, text = pair.partition("=")
            if text == self.text:
                self.socket.close()
                self.socket = socket.socket(fileno=int(fd))
                self.socket.set_inheritable(True)
                return
        try:
            if self.is_unix:
                if os.path.exists(self.text):
                    os.unlink(self.text)
                self.socket.bind(self.text)
                if mode:
                    os.chmod(self.text, int(mode, 8) if mode != "true" else 0o666)
            else:
                self.socket.bind(self.name)
        except OSError as error:
            log(f"probably another instance of uWSGI is running on the same address ({self.text}).")
            log(f"bind(): {error.strerror} [core/socket.c line 769]")
            sys.exit(1)
        self.socket.listen(backlog)
        self.socket.set_inheritable(True)


class Server:
    def __init__(self, settings):
        self.settings = settings
        self.master = settings.on("master")
        self.processes = max(1, settings.number("processes", 1))
        self.listeners, self.workers, self.application = [], {}, None
        self.respawned = {}
        self.ending = self.reloading = False
        folder = tempfile.mkdtemp(prefix="uwsgi-")
        self.clock, self.counter, self.folder = "", os.path.join(folder, "count"), folder
        open(self.counter, "wb").close()

    def count(self):
        """Requests of all workers: each adds a byte."""
        with open(self.counter, "ab") as file:
            file.write(b".")
        return os.stat(self.counter).st_size

    def banner(self):
        name = os.uname()
        log(f"*** Starting uWSGI {VERSION} (32bit) on [{time.strftime('%a %b %e %H:%M:%S %Y')}] ***")
        log(f"os: {name.sysname}-{name.release} {name.version}")
        log(f"nodename: {name.nodename}")
        log(f"machine: {name.machine}")
        log("clock source: unix")
        log("pcre jit disabled")
        log(f"detected number of CPU cores: {os.cpu_count()}")
        log(f"current working directory: {os.getcwd()}")
        log(f"detected binary path: {os.path.abspath(sys.argv[0])}")

    def become(self):
        """--uid and --gid; who stays root is warned."""
        settings = self.settings
        if os.getuid() != 0:
            return
        gid, uid = settings.get("gid"), settings.get("uid")
        try:
            group = (int(gid) if gid.isdigit() else grp.getgrnam(gid).gr_gid) if gid else -1
            user = (pwd.getpwuid(int(uid)) if uid.isdigit() else pwd.getpwnam(uid)).pw_uid if uid else -1
            # What workers share was made by root; they write to it as who they become.
            for path in (self.folder, self.counter):
                os.chown(path, user, group)
            if gid:
                log(f"setgid() to {group}")
                os.setgid(group)
            if uid:
                log(f"setuid() to {user}")
                os.setuid(user)
        except KeyError:
            log(f"uwsgi: unknown user or group: {uid or gid}")
            sys.exit(1)
        if os.getuid() == 0:
            log("*** WARNING: you are running uWSGI as root !!! (use the --uid flag) ***")

    def load(self):
        settings = self.settings
        name, file, wanted = settings.get("module"), settings.get("wsgi-file"), settings.get("callable", "application")
        if not name and not file:
            log("*** no app loaded. going in full dynamic mode ***")
            return
        for path in reversed(settings.all("pythonpath")):
            log(f"added {path}/ to pythonpath.")
            sys.path.insert(0, path)
        sys.path.insert(0, os.getcwd())
        began = time.time()
        try:
            if name:
                name, _, given = name.partition(":")
                wanted = given or wanted
                __import__(name)
                module = sys.modules[name]
            else:
                spec = importlib.util.spec_from_file_location("uwsgi_file_" + file.replace("/", "_").removesuffix(".py"), file)
                if spec is None or not os.path.exists(file):
                    log(f"failed to open python file {file}")
                    raise FileNotFoundError
                module = importlib.util.module_from_spec(spec)
                sys.modules[spec.name] = module
                spec.loader.exec_module(module)
            self.application = eval(wanted, vars(module)) if wanted.endswith(")") else getattr(module, wanted, None)
        except FileNotFoundError as error:
            if error.filename:
                traceback.print_exc()
        except BaseException as error:
            trace = error.__traceback__.tb_next
            while trace is not None and "importlib" in trace.tb_frame.f_code.co_filename:
                trace = trace.tb_next
            traceback.print_exception(type(error), error, trace)
            sys.stderr.flush()
        if callable(self.application):
            log(f"WSGI app 0 (mountpoint='') ready in {int(time.time() - began)} seconds on interpreter 0x{id(self):x} pid: {os.getpid()} (default app)")
            return
        self.application = None
        log("unable to load app 0 (mountpoint='') (callable not found or import error)")
        if settings.on("need-app"):
            log("*** no app loaded. GAME OVER ***")
            self.clean()
            sys.exit(22)
        log("*** no app loaded. going in full dynamic mode ***")

    def missing(self, environ, start_response):
        log("--- no python application found, check your startup logs for errors ---")
        start_response("500 Internal Server Error", [("Content-Type", "text/plain")])
        return [b"Internal Server Error"]

    def start(self):
        settings = self.settings
        if settings.get("daemonize") or settings.get("daemonize2"):
            daemonize(settings.get("daemonize") or settings.get("daemonize2"))
        elif settings.get("daemonlog"):
            redirect(settings.get("daemonlog"))
        for pair in settings.all("env"):
            key, _, value = pair.partition("=")
            os.environ[key] = value
        self.banner()
        if settings.get("chdir"):
            log(f"chdir() to {settings.get('chdir')}")
            try:
                os.chdir(settings.get("chdir"))
            except OSError as error:
                log(f"chdir(): {error.strerror} [core/uwsgi.c line 2630]")
                sys.exit(1)
        if not self.master:
            log("*** WARNING: you are running uWSGI without its master process manager ***")
        log("your memory page size is 65536 bytes")
        log("lock engine: pthread robust mutexes")
        log("thunder lock: disabled (you can enable it with --thunder-lock)")
        fd = 3
        for option, protocol in (("http", "http"), ("http-socket", "http"), ("socket", "uwsgi")):
            for text in settings.all(option):
                listener = Listener(text, protocol)
                listener.bind(settings.number("listen", 100), settings.get("chmod-socket"))
                self.listeners.append(listener)
                if option == "http":
                    log(f"uWSGI http bound on {text} fd {fd}")
                else:
                    kind = "UNIX" if listener.is_unix else "TCP"
                    log(f"uwsgi socket {len(self.listeners) - 1} bound to {kind} address {text} fd {fd}")
                fd += 1
        if not self.listeners:
            log("The -s/--socket option is missing and stdin is not a socket.")
            self.clean()
            sys.exit(1)
        self.become()
        home = settings.get("home")
        if home:
            log(f"Set PythonHome to {home}")
            library = os.path.join(home, "lib", f"python3.{sys.version_info.minor}", "site-packages")
            if not os.path.isdir(library):
                log(f"!!! Python Home is not a directory: {home} !!!" if not os.path.isdir(home) else f"!!! no packages in {library} !!!")
                self.clean()
                sys.exit(1)
            import site

            site.addsitedir(library)
            sys.path.insert(0, sys.path.pop(sys.path.index(library)))
            sys.prefix = home
        log(f"Python version: {sys.version.splitlines()[0]}")
        log("*** Python threads support is disabled. You can enable it with --enable-threads ***")
        log(f"Python main interpreter initialized at 0x{id(sys):x}")
        log(f"your server socket listen backlog is limited to {settings.number('listen', 100)} connections")
        log("your mercy for graceful operations on workers is 60 seconds")
        log(f"*** Operational MODE: {'preforking' if self.processes > 1 else 'single process'} ***")
        if not settings.on("lazy-apps") and not settings.on("lazy"):
            self.load()
        log("*** uWSGI is running in multiple interpreter mode ***")
        if settings.get("pidfile"):
            with open(settings.get("pidfile"), "w") as file:
                file.write(f"{os.getpid()}\n")
        if self.master:
            log(f"spawned uWSGI master process (pid: {os.getpid()})")
            self.manage()
        else:
            self.alone()

    def alone(self):
        for number in range(2, self.processes + 1):
            pid = os.fork()
            if pid == 0:
                self.work(number)
            log(f"spawned uWSGI worker {number} (pid: {pid}, cores: 1)")
        log(f"spawned uWSGI worker 1 {'(and the only) ' if self.processes == 1 else ''}(pid: {os.getpid()}, cores: 1)")
        self.work(1)

    def work(self, number):
        self.clock = os.path.join(self.folder, str(number))
        open(self.clock, "w").close()
        if self.settings.on("lazy-apps") or self.settings.on("lazy"):
            self.load()
        self.application = self.application or self.missing
        os._exit(Worker(self, number).run())

    def spawn(self, number, again=False):
        pid = os.fork()
        if pid == 0:
            self.work(number)
        self.workers[pid] = number
        name = "Respawned" if again else "spawned"
        log(f"Respawned uWSGI worker {number} (new pid: {pid})" if again else f"{name} uWSGI worker {number} (pid: {pid}, cores: 1)")

    def manage(self):
        settings = self.settings
        master = os.getpid()

        # A worker has these handlers too, from its fork until it has its own: then it is the one that is told to end.
        def stop(*args):
            if os.getpid() != master:
                os._exit(0)
            self.ending = True

        def reload(*args):
            self.reloading = True

        signal.signal(signal.SIGINT, stop)
        signal.signal(signal.SIGQUIT, stop)
        # Without --die-on-term a SIGTERM reloads, brutally.
        signal.signal(signal.SIGTERM, stop if settings.on("die-on-term") else reload)
        signal.signal(signal.SIGHUP, reload)
        signal.signal(signal.SIGCHLD, lambda *args: None)
        for number in range(1, self.processes + 1):
            self.spawn(number)
        touched = {name: stamp(name) for name in settings.all("touch-reload")}
        while True:
            if self.ending:
                return self.end()
            if self.reloading:
                self.reload()
            for name, before in touched.items():
                if stamp(name) != before:
                    log(f"*** {name} has been touched... grace them all !!! ***")
                    self.reload()
            self.reap()
            self.harakiri()
            nap(0.5)

    def reap(self):
        while self.workers:
            try:
                pid, status = os.waitpid(-1, os.WNOHANG)
            except ChildProcessError:
                return
            if pid == 0:
                return
            number = self.workers.pop(pid, None)
            if number is None:
                continue
            if os.WIFSIGNALED(status):
                log(f"DAMN ! worker {number} (pid: {pid}) died, killed by signal {os.WTERMSIG(status)} :( trying respawn ...")
            elif os.WEXITSTATUS(status) == 17:
                log(f"worker {number} killed successfully (pid: {pid})")
            else:
                log(f"DAMN ! worker {number} (pid: {pid}) died :( trying respawn ...")
            self.spawn(number, again=True)

    def harakiri(self):
        if not self.settings.number("harakiri"):
            return
        for pid, number in list(self.workers.items()):
            try:
                with open(os.path.join(self.folder, str(number))) as file:
                    words = file.read().split(" ", 3)
            except OSError:
                continue
            if len(words) < 4 or int(words[0]) != pid or time.monotonic() < float(words[1]):
                continue
            log(f"{time.strftime('%a %b %e %H:%M:%S %Y')} - *** HARAKIRI ON WORKER {number} (pid: {pid}, try: 1, graceful: no) ***")
            log(f"{time.strftime('%a %b %e %H:%M:%S %Y')} - HARAKIRI !!! worker {number} status !!!")
            log(f"{time.strftime('%a %b %e %H:%M:%S %Y')} - HARAKIRI [core 0] - {words[2]} {words[3]} since {int(time.time()) - self.settings.number('harakiri')}")
            log(f"{time.strftime('%a %b %e %H:%M:%S %Y')} - HARAKIRI !!! end of worker {number} status !!!")
            os.kill(pid, signal.SIGKILL)

    def reload(self):
        """The master runs itself anew; its listening sockets stay open meanwhile, so that who connects only waits."""
        self.reloading = False
        log("...gracefully killing workers...")
        for pid in self.workers:
            try:
                os.kill(pid, signal.SIGHUP)
            except ProcessLookupError:
                pass
        for pid in list(self.workers):
            number = self.workers.pop(pid)
            log(f"Gracefully killing worker {number} (pid: {pid})...")
            os.waitpid(pid, 0)
            log(f"worker {number} buried after 1 seconds")
        log("binary reloading uWSGI...")
        self.clean(keep=True)
        os.environ["UWSGI_RELOADS"] = str(int(os.environ.get("UWSGI_RELOADS", 0)) + 1)
        os.environ[KEPT] = " ".join(f"{listener.socket.fileno()}={listener.text}" for listener in self.listeners)
        os.execve(sys.executable, [sys.executable, *sys.argv], os.environ)

    def end(self):
        log("SIGINT/SIGTERM received...killing workers...")
        for pid in self.workers:
            try:
                os.kill(pid, signal.SIGINT)
            except ProcessLookupError:
                pass
        for pid in list(self.workers):
            os.waitpid(pid, 0)
            log(f"worker {self.workers.pop(pid)} buried after 1 seconds")
        log("goodbye to uWSGI.")
        self.clean()
        sys.exit(0)

    def clean(self, keep=False):
        for name in os.listdir(self.folder):
            os.unlink(os.path.join(self.folder, name))
        os.rmdir(self.folder)
        if keep or not self.settings.on("vacuum"):
            return
        for listener in self.listeners:
            if listener.is_unix and os.path.exists(listener.text):
                os.unlink(listener.text)
                log(f"VACUUM: unix socket {listener.text} removed.")
        pidfile = self.settings.get("pidfile")
        if pidfile and os.path.exists(pidfile):
            os.unlink(pidfile)
            log("VACUUM: pidfile removed.")


def nap(seconds):
    """Sleeps, but not on after a signal."""
    import select

    before = signal.set_wakeup_fd(-1)
    reader, writer = os.pipe()
    os.set_blocking(writer, False)
    signal.set_wakeup_fd(writer, warn_on_full_buffer=False)
    try:
        select.select([reader], [], [], seconds)
    finally:
        signal.set_wakeup_fd(before)
        os.close(reader)
        os.close(writer)


def stamp(name):
    try:
        return os.stat(name).st_mtime
    except OSError:
        return None


def redirect(path):
    fd = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o640)
    os.dup2(fd, 1)
    os.dup2(fd, 2)
    os.close(fd)


def daemonize(path):
    log("*** daemonizing uWSGI ***")
    if os.fork():
        os._exit(0)
    os.setsid()
    if os.fork():
        os._exit(0)
    null = os.open(os.devnull, os.O_RDONLY)
    os.dup2(null, 0)
    os.close(null)
    redirect(path)


def tell(path, number):
    """--stop and --reload of a pid file."""
    try:
        with open(path) as file:
            pid = int(file.read())
        os.kill(pid, number)
    except (OSError, ValueError) as error:
        log(f"signal_pidfile()/kill(): {getattr(error, 'strerror', error)} [core/uwsgi.c line 1711]")
        sys.exit(1)
    sys.exit(0)


def main():
    settings = options.parse(sys.argv)
    if settings.on("version"):
        print(VERSION)
        return 0
    if settings.on("help"):
        print("Usage: uwsgi [options...]")
        for name, takes in sorted(options.COVERED.items()):
            print(f"    --{name}{' VALUE' if takes else ''}")
        return 0
    if settings.get("stop"):
        tell(settings.get("stop"), signal.SIGINT)
    if settings.get("reload"):
        tell(settings.get("reload"), signal.SIGHUP)
    Server(settings).start()
    return 0
