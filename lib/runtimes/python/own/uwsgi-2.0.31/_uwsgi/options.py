"""Options: the command line and [uwsgi] sections say the same things in two ways (https://uwsgi-docs.readthedocs.io/en/latest/Options.html)."""

import getopt
import os
import sys

# Name → whether it takes a value.
COVERED = {
    "http": True, "http-socket": True, "socket": True, "uwsgi-socket": True, "wsgi-file": True, "file": True, "module": True, "wsgi": True,
    "callable": True, "master": False, "processes": True, "workers": True, "ini": True, "chdir": True, "chdir2": True, "home": True,
    "virtualenv": True, "venv": True, "pyhome": True, "pidfile": True, "daemonize": True, "logto": True, "touch-reload": True, "harakiri": True,
    "static-map": True, "vacuum": False, "uid": True, "gid": True, "die-on-term": False, "need-app": False, "pythonpath": True, "python-path": True,
    "pp": True, "env": True, "listen": True, "chmod-socket": True, "chown-socket": True, "disable-logging": False, "max-requests": True,
    "plugin": True, "plugins": True, "procname-prefix": True, "single-interpreter": False, "lazy-apps": False, "lazy": False, "strict": False,
    "buffer-size": True, "post-buffering": True, "auto-procname": False, "no-orphans": False, "enable-threads": False, "memory-report": False,
    "py-autoreload": True, "python-autoreload": True, "stop": True, "reload": True, "reload-mercy": True, "worker-reload-mercy": True,
    "thunder-lock": False, "log-master": False, "http-keepalive": False, "http-timeout": True, "socket-timeout": True, "umask": True, "version": False, "help": False,
    "set": True, "set-placeholder": True, "if-env": True, "mount": True, "manage-script-name": False, "safe-pidfile": True, "daemonize2": True, "p": True, "catch-exceptions": False,
}
# What it has and this model has not.
REAL = set(
    "stats stats-server threads async gevent ugreen emperor vassals-dir fastrouter rawrouter https https-socket ssl-socket fastcgi-socket scgi-socket spooler cron mule "
    "mules farm cache2 cache rrdtool snmp cheaper cheaper-initial cheaper-step route attach-daemon smart-attach-daemon logger req-logger logformat "
    "log-format zerg zerg-server legion signal-socket protocol yaml json xml sqlite3 paste http-websockets http-auto-chunked offload-threads static-index check-static "
    "static-expires limit-as reload-on-rss reload-on-as evil-reload-on-rss idle die-on-idle pecan web3 eval plugins-dir plugin-dir subscribe-to".split()
)
SHORT = {"s": "socket", "H": "home", "M": "master", "p": "processes", "d": "daemonize", "w": "module", "t": "harakiri", "l": "listen", "C": "chmod-socket", "i": "single-interpreter", "T": "enable-threads", "R": "max-requests", "b": "buffer-size", "L": "disable-logging", "h": "help"}
SAME = {"uwsgi-socket": "socket", "file": "wsgi-file", "wsgi": "module", "workers": "processes", "virtualenv": "home", "venv": "home", "pyhome": "home", "python-path": "pythonpath", "pp": "pythonpath", "logto": "daemonlog", "safe-pidfile": "pidfile", "python-autoreload": "py-autoreload"}


class Settings:
    def __init__(self):
        self.given = {}

    def add(self, name, value):
        self.given.setdefault(SAME.get(name, name), []).append(value)

    def get(self, name, default=None):
        return self.given.get(name, [default])[-1]

    def all(self, name):
        return self.given.get(name, [])

    def on(self, name):
        return self.get(name, "false") not in ("false", "0", "no", "off", None)

    def number(self, name, default=0):
        try:
            return int(self.get(name, default))
        except (TypeError, ValueError):
            return default


def unmodeled(name):
    print(f"uwsgi: option '--{name}' is real, but this machine does not model it; see /reference/machine", file=sys.stderr)
    sys.exit(1)


def placeholders(text, path):
    """%d and the like of a configuration file, %(name) of options set before (https://uwsgi-docs.readthedocs.io/en/latest/Configuration.html)."""
    full = os.path.abspath(path)
    folder = os.path.dirname(full)
    letters = {
        "o": path, "p": full, "d": folder + "/", "s": os.path.basename(full), "c": os.path.basename(folder), "x": os.path.splitext(path)[1][1:],
        "n": os.path.splitext(os.path.basename(full))[0], "h": os.uname().nodename, "u": str(os.getuid()), "g": str(os.getgid()), "v": folder, "%": "%",
    }
    return letters


def expand(text, letters, known):
    out, at = "", 0
    while at < len(text):
        if text[at] == "%" and at + 1 < len(text):
            if text[at + 1] == "(":
                end = text.find(")", at)
                name = text[at + 2 : end]
                if end > 0 and name in known:
                    out += known[name]
                    at = end + 1
                    continue
            elif text[at + 1] in letters:
                out += letters[text[at + 1]]
                at += 2
                continue
        if text.startswith("$(", at):
            end = text.find(")", at)
            out += os.environ.get(text[at + 2 : end], "")
            at = end + 1
            continue
        out += text[at]
        at += 1
    return out


def read_ini(path, settings):
    path, _, section = path.partition(":")
    section = section or "uwsgi"
    print(f"[uWSGI] getting INI configuration from {path}", file=sys.stderr)
    try:
        with open(path) as file:
            lines = file.read().splitlines()
    except OSError as error:
        print(f"open(\"{path}\"): {error.strerror} [core/io.c line 597]", file=sys.stderr)
        sys.exit(1)
    letters, known, current = placeholders("", path), {}, None
    for line in lines:
        line = line.strip()
        if not line or line[0] in "#;":
            continue
        if line[0] == "[":
            current = line.strip("[]")
            continue
        if current != section:
            continue
        name, equals, value = (part.strip() for part in line.partition("="))
        value = expand(value if equals else "true", letters, known)
        known[name] = value
        if name in ("ini", "include"):
            read_ini(value, settings)
        elif name in REAL:
            unmodeled(name)
        elif name in COVERED:
            settings.add(name, value)
        elif settings.on("strict"):
            print(f"[strict-mode] unknown config directive: {name}", file=sys.stderr)
            sys.exit(1)


def parse(argv):
    settings = Settings()
    program = argv[0]
    short = "".join(letter + (":" if COVERED[name] else "") for letter, name in SHORT.items())
    long = [name + ("=" if takes else "") for name, takes in COVERED.items()] + [name + "=" for name in REAL]
    try:
        options, operands = getopt.gnu_getopt(argv[1:], short, long)
    except getopt.GetoptError as error:
        if error.msg.startswith("option -") and "requires argument" in error.msg:
            print(f"{program}: option '--{error.opt}' requires an argument", file=sys.stderr)
        elif len(error.opt) == 1:
            print(f"{program}: invalid option -- '{error.opt}'", file=sys.stderr)
        else:
            print(f"{program}: unrecognized option '--{error.opt}'", file=sys.stderr)
        print("getopt_long() error", file=sys.stderr)
        sys.exit(1)
    for option, value in options:
        name = SHORT.get(option[1:], option[1:]) if not option.startswith("--") else option[2:]
        if name in REAL:
            unmodeled(name)
        if name == "ini":
            read_ini(value, settings)
        else:
            settings.add(name, value if COVERED.get(name) else "true")
    for operand in operands:
        if operand.endswith(".ini"):
            read_ini(operand, settings)
        elif operand.endswith((".py", ".wsgi")):
            settings.add("wsgi-file", operand)
        elif ":" in operand:
            settings.add("http-socket" if operand.startswith(":") else "socket", operand)
    return settings
