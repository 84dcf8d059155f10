"""A worker: takes connections off the shared sockets and answers them, one at a time."""

import mimetypes
import os
import select
import signal
import sys
import time
import traceback

from . import protocol


def log(text):
    print(text, file=sys.stderr, flush=True)


class Worker:
    def __init__(self, server, number):
        self.server, self.number = server, number
        self.requests, self.alive, self.busy = 0, True, False

    def run(self):
        signal.signal(signal.SIGINT, self.quit)
        signal.signal(signal.SIGTERM, self.quit)
        signal.signal(signal.SIGHUP, self.finish)
        signal.signal(signal.SIGALRM, signal.SIG_DFL)
        if self.server.reloading:
            return 17
        watch = select.poll()
        by_fd = {}
        for listener in self.server.listeners:
            listener.socket.setblocking(False)
            by_fd[listener.socket.fileno()] = listener
            watch.register(listener.socket, select.POLLIN)
        parent = os.getppid()
        while self.alive:
            for fd, _ in watch.poll(1000):
                try:
                    connection, peer = by_fd[fd].socket.accept()
                except BlockingIOError:
                    continue
                self.busy = True
                stream = connection.makefile("rb")
                try:
                    self.serve(by_fd[fd], connection, peer, stream)
                finally:
                    stream.close()
                    connection.close()
                    self.busy = False
                limit = self.server.settings.number("max-requests")
                if limit and self.requests >= limit:
                    return 17
            if self.server.master and os.getppid() != parent:
                return 0
        return 17

    def quit(self, *args):
        os._exit(0)

    def finish(self, *args):
        self.alive = False

    def serve(self, listener, connection, peer, stream):
        connection.setblocking(True)
        harakiri = self.server.settings.number("harakiri")
        address = peer if isinstance(peer, tuple) else ("", "")
        try:
            if listener.protocol == "uwsgi":
                variables, size = protocol.read_uwsgi(stream)
            else:
                variables, size = protocol.read_http(stream, address, listener.name)
        except (protocol.Bad, OSError):
            return
        with open(self.server.clock, "w") as file:
            file.write(f"{os.getpid()} {time.monotonic() + harakiri if harakiri else 0} {variables.get('REQUEST_METHOD')} {variables.get('REQUEST_URI')}")
        began = time.monotonic()
        answer = Answer(connection, variables.get("SERVER_PROTOCOL", "HTTP/1.0"))
        try:
            if not self.static(variables, answer):
                self.application(variables, stream, answer)
        except (BrokenPipeError, ConnectionResetError):
            log(f"uwsgi_response_write_body_do(): Broken pipe [core/writer.c line 341] during {variables.get('REQUEST_METHOD')} {variables.get('REQUEST_URI')} ({address[0]})")
        self.requests += 1
        total = self.server.count()
        os.truncate(self.server.clock, 0)
        if self.server.settings.on("disable-logging"):
            return
        log(
            f"[pid: {os.getpid()}|app: 0|req: {self.requests}/{total}] {variables.get('REMOTE_ADDR', '')} ({variables.get('REMOTE_USER', '')}) "
            f"{{{len(variables)} vars in {size} bytes}} [{time.strftime('%a %b %e %H:%M:%S %Y')}] {variables.get('REQUEST_METHOD')} {variables.get('REQUEST_URI')} => "
            f"generated {answer.size} bytes in {int((time.monotonic() - began) * 1000)} msecs ({variables.get('SERVER_PROTOCOL')} {answer.code}) "
            f"{answer.count} headers in {answer.head} bytes ({answer.switches} switches on core 0)"
        )

    def application(self, variables, stream, answer):
        environ = protocol.environment(variables, stream, self.server.processes)
        try:
            chunks = self.server.application(environ, answer.start)
            try:
                for chunk in chunks:
                    answer.write(chunk)
                answer.begin()
                answer.switches = 1
            finally:
                if hasattr(chunks, "close"):
                    chunks.close()
        except (BrokenPipeError, ConnectionResetError):
            raise
        except Exception:
            # Frames of the server itself are no part of what uWSGI shows.
            kind, error, trace = sys.exc_info()
            traceback.print_exception(kind, error, trace.tb_next)
            sys.stderr.flush()
            if not answer.begun:
                answer.code, answer.count = "500", 0

    def static(self, variables, answer):
        path = variables.get("PATH_INFO", "")
        for rule in self.server.settings.all("static-map"):
            mount, _, folder = rule.partition("=")
            if path != mount and not path.startswith(mount.rstrip("/") + "/"):
                continue
            folder = os.path.realpath(folder)
            file = os.path.realpath(os.path.join(folder, path[len(mount) :].lstrip("/")))
            if not (file + "/").startswith(folder.rstrip("/") + "/") or not os.path.isfile(file):
                continue
            with open(file, "rb") as source:
                data = source.read()
            kind = mimetypes.guess_type(file)[0]
            changed = time.strftime("%a, %d %b %Y %H:%M:%S GMT", time.gmtime(os.stat(file).st_mtime))
            answer.start("200 OK", [*([("Content-Type", kind)] if kind else []), ("Content-Length", str(len(data))), ("Last-Modified", changed)])
            answer.write(b"" if variables.get("REQUEST_METHOD") == "HEAD" else data)
            answer.begin()
            return True
        return False


class Answer:
    def __init__(self, connection, version):
        self.connection, self.version = connection, version
        self.code, self.count, self.head, self.size, self.switches, self.begun, self.prepared = "200", 0, 0, 0, 0, False, None

    def start(self, status, headers, exc_info=None):
        if exc_info and self.begun:
            raise exc_info[1].with_traceback(exc_info[2])
        self.code, self.count = status.split(" ")[0], len(headers)
        self.prepared = f"{self.version} {status}\r\n" + "".join(f"{name}: {value}\r\n" for name, value in headers) + "\r\n"
        return self.write

    def begin(self):
        if self.begun or self.prepared is None:
            return
        self.begun = True
        data = self.prepared.encode("latin-1")
        self.head = len(data)
        self.connection.sendall(data)

    def write(self, data):
        if not data:
            return
        self.begin()
        self.size += len(data)
        self.connection.sendall(data)
