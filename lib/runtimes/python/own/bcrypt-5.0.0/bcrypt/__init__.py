"""Modern password hashing: the interface of the package bcrypt 5.0.0 (https://pypi.org/project/bcrypt/), whose own core is compiled code.
The hash itself comes from the worker (worker/bcrypt.ts); python/packages.py puts its `_digest` here."""

import hmac
import os
import re

__title__ = "bcrypt"
__summary__ = "Modern(-ish) password hashing for your software and your servers"
__uri__ = "https://github.com/pyca/bcrypt/"
__version__ = "5.0.0"
__all__ = ["__summary__", "__title__", "__uri__", "__version__", "checkpw", "gensalt", "hashpw", "kdf"]

_STANDARD = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
_OWN = b"./ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"
_SALT = re.compile(rb"\$(2[abxy])\$(\d\d)\$([./A-Za-z0-9]{22})")


def _encode(data):
    import base64

    return base64.b64encode(data).rstrip(b"=").translate(bytes.maketrans(_STANDARD, _OWN))


def _decode(text):
    import base64

    return base64.b64decode(text.translate(bytes.maketrans(_OWN, _STANDARD)) + b"==")


def _bytes(value, name):
    if not isinstance(value, bytes):
        raise TypeError(f"argument '{name}': '{type(value).__name__}' object cannot be converted to 'PyBytes'")
    return value


def gensalt(rounds=12, prefix=b"2b"):
    if prefix not in (b"2a", b"2b"):
        raise ValueError("Supported prefixes are b'2a' or b'2b'")
    if not 4 <= rounds <= 31:
        raise ValueError("Invalid rounds")
    return b"$%s$%02d$%s" % (prefix, rounds, _encode(os.urandom(16)))


def hashpw(password, salt):
    _bytes(password, "password")
    _bytes(salt, "salt")
    if len(password) > 72:
        raise ValueError("password cannot be longer than 72 bytes, truncate manually if necessary (e.g. my_password[:72])")
    found = _SALT.match(salt)
    if found is None or not 4 <= int(found[2]) <= 31 or found[1] == b"2x":
        raise ValueError("Invalid salt")
    raw = _decode(found[3])
    digest = _digest(password + b"\0", raw, int(found[2]))  # noqa: F821
    return b"$%s$%s$%s%s" % (found[1], found[2], _encode(raw), _encode(digest))


def checkpw(password, hashed_password):
    return hmac.compare_digest(hashpw(password, hashed_password), _bytes(hashed_password, "hashed_password"))


def kdf(password, salt, desired_key_bytes, rounds, ignore_few_rounds=False):
    raise NotImplementedError("bcrypt.kdf() is real, but this machine's bcrypt does not have it; hashlib.scrypt() is there")
