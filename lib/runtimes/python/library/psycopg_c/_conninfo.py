"""Connection strings: keywords, URIs, the environment (https://www.postgresql.org/docs/18/libpq-connect.html)."""

import os
from urllib.parse import parse_qsl, unquote

from psycopg import errors as e
from psycopg.pq.misc import ConninfoOption

# keyword → environment variable, default
OPTIONS = {
    "service": ("PGSERVICE", None),
    "user": ("PGUSER", None),
    "password": ("PGPASSWORD", None),
    "passfile": ("PGPASSFILE", None),
    "channel_binding": ("PGCHANNELBINDING", "prefer"),
    "connect_timeout": ("PGCONNECT_TIMEOUT", None),
    "dbname": ("PGDATABASE", None),
    "host": ("PGHOST", None),
    "hostaddr": ("PGHOSTADDR", None),
    "port": ("PGPORT", "5432"),
    "client_encoding": ("PGCLIENTENCODING", None),
    "options": ("PGOPTIONS", ""),
    "application_name": ("PGAPPNAME", None),
    "fallback_application_name": (None, None),
    "keepalives": (None, None),
    "keepalives_idle": (None, None),
    "keepalives_interval": (None, None),
    "keepalives_count": (None, None),
    "tcp_user_timeout": (None, None),
    "sslmode": ("PGSSLMODE", "prefer"),
    "sslnegotiation": ("PGSSLNEGOTIATION", "postgres"),
    "sslcompression": ("PGSSLCOMPRESSION", "0"),
    "sslcert": ("PGSSLCERT", None),
    "sslkey": ("PGSSLKEY", None),
    "sslpassword": (None, None),
    "sslrootcert": ("PGSSLROOTCERT", None),
    "sslcrl": ("PGSSLCRL", None),
    "requirepeer": ("PGREQUIREPEER", None),
    "require_auth": ("PGREQUIREAUTH", None),
    "gssencmode": ("PGGSSENCMODE", "disable"),
    "krbsrvname": ("PGKRBSRVNAME", "postgres"),
    "replication": (None, None),
    "target_session_attrs": ("PGTARGETSESSIONATTRS", "any"),
    "load_balance_hosts": ("PGLOADBALANCEHOSTS", "disable"),
}


class ParseError(e.OperationalError):
    pass


def pairs(text):
    """`key = value` words; values may stand in quotes, a backslash keeps what follows."""
    found = {}
    at, end = 0, len(text)
    while True:
        while at < end and text[at].isspace():
            at += 1
        if at >= end:
            return found
        start = at
        while at < end and text[at] != "=" and not text[at].isspace():
            at += 1
        key = text[start:at]
        while at < end and text[at].isspace():
            at += 1
        if at >= end or text[at] != "=":
            raise ParseError(f'missing "=" after "{key}" in connection info string')
        at += 1
        while at < end and text[at].isspace():
            at += 1
        value = []
        if at < end and text[at] == "'":
            at += 1
            while True:
                if at >= end:
                    raise ParseError("unterminated quoted string in connection info string")
                if text[at] == "'":
                    at += 1
                    break
                if text[at] == "\\" and at + 1 < end:
                    at += 1
                value.append(text[at])
                at += 1
        else:
            while at < end and not text[at].isspace():
                if text[at] == "\\" and at + 1 < end:
                    at += 1
                value.append(text[at])
                at += 1
        found[key] = "".join(value)


def uri(text):
    rest = text.split("://", 1)[1]
    rest, _, query = rest.partition("?")
    authority, slash, dbname = rest.partition("/")
    found = {}
    credentials, at, hosts = authority.rpartition("@")
    if at:
        user, colon, password = credentials.partition(":")
        if user:
            found["user"] = unquote(user)
        if colon:
            found["password"] = unquote(password)
    names, ports = [], []
    for each in hosts.split(",") if hosts else []:
        if each.startswith("["):
            name, _, port = each[1:].partition("]")
            port = port.removeprefix(":")
        else:
            name, _, port = each.partition(":")
        if port and not port.isdigit():
            raise ParseError(f'invalid integer value "{port}" for connection option "port"')
        names.append(unquote(name))
        ports.append(port)
    if any(names):
        found["host"] = ",".join(names)
    if any(ports):
        found["port"] = ",".join(ports)
    if slash and dbname:
        found["dbname"] = unquote(dbname)
    for key, value in parse_qsl(query, keep_blank_values=True):
        if key == "ssl" and value == "true":
            key, value = "sslmode", "require"
        found[key] = value
    return found


def parse(conninfo):
    text = bytes(conninfo).decode()
    found = uri(text) if text.startswith(("postgresql://", "postgres://")) else pairs(text)
    for key in found:
        if key not in OPTIONS:
            kind = "URI query parameter" if "://" in text else "connection option"
            raise ParseError(f'invalid {kind}: "{key}"' if kind.startswith("URI") else f'invalid connection option "{key}"')
    return found


def complete(given):
    """What is not given comes from the environment, then from the defaults."""
    found = {key: value for key, value in given.items() if value != "" or key == "options"}
    for key, (variable, default) in OPTIONS.items():
        if key in found:
            continue
        value = os.environ.get(variable) if variable else None
        if value is None:
            value = default
        if value is not None:
            found[key] = value
    if "user" not in found:
        import pwd

        try:
            found["user"] = pwd.getpwuid(os.geteuid()).pw_name
        except KeyError:
            raise ParseError(f"local user with ID {os.geteuid()} does not exist") from None
    found.setdefault("dbname", found["user"])
    return found


def option(keyword, value):
    variable, compiled = OPTIONS[keyword]
    encoded = [None if each is None else each.encode() for each in (variable, compiled, value)]
    dispchar = b"*" if "password" in keyword else b"D" if keyword.startswith("fallback") else b""
    return ConninfoOption(keyword.encode(), encoded[0], encoded[1], encoded[2], keyword.encode(), dispchar, 20)


class Conninfo:
    """Methods on connection strings (PQconninfoParse, PQconndefaults)."""

    @classmethod
    def get_defaults(cls):
        values = complete({})
        return [option(key, values.get(key)) for key in OPTIONS]

    @classmethod
    def parse(cls, conninfo):
        values = parse(conninfo)
        return [option(key, values.get(key)) for key in OPTIONS]


def password_from_file(options):
    """~/.pgpass: hostname:port:database:username:password (libpq-pgpass)."""
    path = options.get("passfile") or os.path.expanduser("~/.pgpass")
    try:
        if os.stat(path).st_mode & 0o077:
            return None
        with open(path) as file:
            lines = file.read().split("\n")
    except OSError:
        return None
    host = options.get("host") or "localhost"
    wanted = ["localhost" if host.startswith("/") else host, options.get("port"), options["dbname"], options["user"]]
    for line in lines:
        if line.startswith("#"):
            continue
        fields, current, escaped = [], [], False
        for character in line:
            if escaped or character not in "\\:":
                current.append(character)
                escaped = False
            elif character == "\\":
                escaped = True
            else:
                fields.append("".join(current))
                current = []
        fields.append("".join(current))
        if len(fields) >= 5 and all(field in ("*", value) for field, value in zip(fields, wanted)):
            return fields[4]
    return None
