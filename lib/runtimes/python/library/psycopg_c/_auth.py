"""Ways of proving a password: in the clear, MD5, SCRAM-SHA-256 (RFC 5802, RFC 7677)."""

import base64
import hashlib
import hmac
import os


def md5(user, password, salt):
    inner = hashlib.md5(password.encode() + user.encode()).hexdigest()
    return b"md5" + hashlib.md5(inner.encode() + salt).hexdigest().encode()


def _hmac(key, data):
    return hmac.new(key, data, hashlib.sha256).digest()


class Scram:
    mechanism = b"SCRAM-SHA-256"

    def __init__(self, password):
        self.password = password
        self.nonce = base64.b64encode(os.urandom(18)).decode()
        self.first_bare = f"n=,r={self.nonce}"
        self.signature = b""

    def first(self):
        return f"n,,{self.first_bare}".encode()

    def final(self, challenge):
        """The answer to the server's challenge; None when it is not for us."""
        fields = dict(part.split("=", 1) for part in challenge.decode().split(","))
        if not fields.get("r", "").startswith(self.nonce):
            return None
        salted = hashlib.pbkdf2_hmac("sha256", self.password.encode(), base64.b64decode(fields["s"]), int(fields["i"]))
        key = _hmac(salted, b"Client Key")
        without_proof = f"c=biws,r={fields['r']}"
        message = f"{self.first_bare},{challenge.decode()},{without_proof}".encode()
        mask = _hmac(hashlib.sha256(key).digest(), message)
        proof = bytes(a ^ b for a, b in zip(key, mask))
        self.signature = _hmac(_hmac(salted, b"Server Key"), message)
        return f"{without_proof},p={base64.b64encode(proof).decode()}".encode()

    def is_proved(self, final):
        fields = dict(part.split("=", 1) for part in final.decode().split(","))
        return hmac.compare_digest(base64.b64decode(fields.get("v", "")), self.signature)


def scram_verifier(password, iterations=4096):
    """What the server keeps of a password (pg_authid.rolpassword)."""
    salt = os.urandom(16)
    salted = hashlib.pbkdf2_hmac("sha256", password, salt, iterations)
    stored = hashlib.sha256(_hmac(salted, b"Client Key")).digest()
    encoded = [base64.b64encode(part).decode() for part in (salt, stored, _hmac(salted, b"Server Key"))]
    return f"SCRAM-SHA-256${iterations}:{encoded[0]}${encoded[1]}:{encoded[2]}".encode()
