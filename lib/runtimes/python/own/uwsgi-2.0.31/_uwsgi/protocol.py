"""A request as it comes by HTTP, or by uWSGI's own protocol (https://uwsgi-docs.readthedocs.io/en/latest/Protocol.html), as a WSGI environment."""

import io
import struct
import sys
import urllib.parse


class Bad(Exception):
    pass


def exactly(stream, size):
    data = stream.read(size)
    if len(data) < size:
        raise Bad
    return data


def read_uwsgi(stream):
    """Variables and the size of the packet."""
    modifier, size, _ = struct.unpack("<BHB", exactly(stream, 4))
    data, at, variables = exactly(stream, size), 0, {}
    while at < size:
        pair = []
        for _ in range(2):
            (length,) = struct.unpack_from("<H", data, at)
            pair.append(data[at + 2 : at + 2 + length].decode("latin-1"))
            at += 2 + length
        variables[pair[0]] = pair[1]
    return variables, size


def read_http(stream, peer, server):
    line = stream.readline(65536).decode("latin-1").rstrip("\r\n")
    size = len(line) + 2
    try:
        method, target, protocol = line.split(" ")
    except ValueError:
        raise Bad from None
    path, _, query = target.partition("?")
    variables = {
        "REQUEST_METHOD": method, "REQUEST_URI": target, "PATH_INFO": urllib.parse.unquote(path, "latin-1"), "QUERY_STRING": query,
        "SERVER_PROTOCOL": protocol, "SCRIPT_NAME": "", "SERVER_NAME": server[0], "SERVER_PORT": str(server[1]), "UWSGI_ROUTER": "http",
        "REMOTE_ADDR": peer[0], "REMOTE_PORT": str(peer[1]),
    }
    while True:
        line = stream.readline(65536).decode("latin-1")
        size += len(line)
        line = line.rstrip("\r\n")
        if not line:
            break
        name, _, value = line.partition(":")
        key = name.strip().upper().replace("-", "_")
        if key not in ("CONTENT_TYPE", "CONTENT_LENGTH"):
            key = "HTTP_" + key
        variables[key] = f"{variables[key]}, {value.strip()}" if key in variables else value.strip()
    return variables, size


class Body(io.RawIOBase):
    def __init__(self, stream, left):
        self.stream, self.left = stream, left

    def readable(self):
        return True

    def readinto(self, buffer):
        data = self.stream.read1(min(len(buffer), self.left)) if self.left > 0 else b""
        self.left -= len(data)
        buffer[: len(data)] = data
        return len(data)


def environment(variables, stream, processes):
    length = int(variables.get("CONTENT_LENGTH") or 0)
    return {
        **variables,
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": variables.get("UWSGI_SCHEME") or variables.get("REQUEST_SCHEME") or ("https" if variables.get("HTTPS", "") in ("on", "1") else "http"),
        "wsgi.input": io.BufferedReader(Body(stream, length)),
        "wsgi.errors": sys.stderr,
        "wsgi.multithread": False,
        "wsgi.multiprocess": processes > 1,
        "wsgi.run_once": False,
        "wsgi.file_wrapper": lambda file, size=32768: iter(lambda: file.read(size), b""),
        "uwsgi.version": b"2.0.31",
    }
