"""Sockets of the family AF_UNIX. This interpreter's _socket was built without sys/un.h, so it knows no such addresses: it is given the
descriptor as one of another family, and everything in which addresses occur asks the worker (`call` of process.py). Run by the build
after adapt.py."""

import errno
import os
import socket
import weakref

ours = weakref.WeakSet()
# UDP is not modeled; what programs learn by connect(), which sends nothing, is: the address by which others reach this machine.
datagrams = weakref.WeakKeyDictionary()
original = {name: getattr(socket.socket, name) for name in ("__init__", "_accept", "bind", "connect", "connect_ex", "getsockname", "getpeername", "sendto")}
family_of_inet = socket.socket.family.fget


def asked(name, **request):
    """A call that a signal whose handler does not raise begins anew (PEP 475)."""
    while True:
        try:
            return call(name, **request)  # noqa: F821
        except InterruptedError:
            continue


def path_of(address):
    if isinstance(address, str):
        address = os.fsencode(address)
    if not isinstance(address, (bytes, bytearray)):
        raise TypeError(f"a bytes-like object is required, not '{type(address).__name__}'")
    if len(address) >= 108 + address.startswith(b"\0"):
        raise OSError("AF_UNIX path too long")
    return os.fsdecode(bytes(address))


def address_of(path):
    return os.fsencode(path) if path.startswith("\0") else path


class Unix:
    def __init__(self, family=-1, type=-1, proto=-1, fileno=None):
        is_unix = family == socket.AF_UNIX
        # A descriptor's own family counts, whatever it is called (socket.fromfd).
        if (is_unix or family == -1) and isinstance(fileno, int):
            is_unix = call("isunix", fd=fileno)  # noqa: F821
            if not is_unix and family == socket.AF_UNIX:
                family = socket.AF_INET
        if not is_unix:
            is_datagram = fileno is None and type != -1 and type & 0xF == socket.SOCK_DGRAM and family in (-1, socket.AF_INET)
            original["__init__"](self, family, type - 1 if is_datagram else type, 0 if is_datagram else proto, fileno)
            if is_datagram:
                datagrams[self] = None
            return
        if fileno is None:
            kind = socket.SOCK_STREAM if type == -1 else type
            fileno = call("unixsocket", type=kind & 0xF)  # noqa: F821
        else:
            kind = type
        original["__init__"](self, socket.AF_INET, kind & 0xF if kind != -1 else -1, 0 if proto == -1 else proto, fileno)
        if kind != -1 and kind & socket.SOCK_NONBLOCK:
            self.setblocking(False)
        elif socket.getdefaulttimeout() is not None:
            self.settimeout(socket.getdefaulttimeout())
        ours.add(self)

    def _accept(self):
        if self not in ours:
            return original["_accept"](self)
        fd, _ = original["_accept"](self)
        return fd, address_of(call("sockname", fd=fd, which=1)["path"])  # noqa: F821

    def bind(self, address, /):
        if self not in ours:
            return original["bind"](self, address)
        asked("unixbind", fd=self.fileno(), path=path_of(address))

    def connect(self, address, /):
        if self in datagrams:
            host = socket.gethostbyname(address[0])
            own = host if host.startswith("127.") else call("sockname", fd=self.fileno(), which=4)["address"]  # noqa: F821
            datagrams[self] = ((own, 32768 + self.fileno()), (host, address[1]))
            return None
        if self not in ours:
            return original["connect"](self, address)
        asked("unixconnect", fd=self.fileno(), path=path_of(address))

    def connect_ex(self, address, /):
        if self not in ours:
            return original["connect_ex"](self, address)
        try:
            self.connect(address)
        except OSError as error:
            if error.errno is None:
                raise
            return error.errno
        return 0

    def getsockname(self):
        if datagrams.get(self):
            return datagrams[self][0]
        return address_of(asked("sockname", fd=self.fileno(), which=0)["path"]) if self in ours else original["getsockname"](self)

    def getpeername(self):
        if datagrams.get(self):
            return datagrams[self][1]
        return address_of(asked("sockname", fd=self.fileno(), which=1)["path"]) if self in ours else original["getpeername"](self)

    @property
    def family(self):
        """Read-only access to the address family for this socket."""
        return socket.AF_UNIX if self in ours else family_of_inet(self)


for name, member in vars(Unix).items():
    if name in original or name == "family":
        if callable(member):
            member.__qualname__, member.__module__ = f"socket.{name}", "socket"
        setattr(socket.socket, name, member)


def socketpair(family=None, type=socket.SOCK_STREAM, proto=0):
    """socketpair([family[, type[, proto]]]) -> (socket object, socket object)"""
    if (family is not None and family != socket.AF_UNIX) or type & 0xF != socket.SOCK_STREAM:
        raise OSError(errno.EOPNOTSUPP, os.strerror(errno.EOPNOTSUPP))
    return tuple(socket.socket(socket.AF_UNIX, type, proto, fileno=fd) for fd in call("socketpair"))  # noqa: F821


socketpair.__module__ = "socket"
socket.socketpair = socketpair
