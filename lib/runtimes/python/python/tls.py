"""ssl: the interpreter comes without OpenSSL, and with a module `ssl` that only has the names. Here it gets what it does: the kernel puts TLS
over the connection (lib/programs/tls/secure.ts), whose descriptor carries plain bytes from then on. Executed by the build in the name space
of packages.py, before it. Errors are worded as by CPython's Modules/_ssl.c over OpenSSL 3; what there is not (MemoryBIO, which asyncio
stands on; client certificates; sessions) says so."""

import base64
import os
import socket
import time

TRUSTED = "/etc/ssl/certs/ca-certificates.crt"
# Where _ssl.c raises.
PLACES = {"handshake": "_ssl.c:1081", "certificate": "_ssl.c:4163", "read": "_ssl.c:2590"}
SHORT = {
    "CN": "commonName", "C": "countryName", "L": "localityName", "ST": "stateOrProvinceName", "O": "organizationName",
    "OU": "organizationalUnitName", "emailAddress": "emailAddress", "DC": "domainComponent",
}  # fmt: skip


def names(parts):
    return tuple(((SHORT.get(part["type"], part["type"]), part["value"]),) for part in parts)


def date(milliseconds):
    moment = time.gmtime(milliseconds // 1000)
    return time.strftime("%b ", moment) + f"{moment.tm_mday:2d}" + time.strftime(" %H:%M:%S %Y GMT", moment)


def described(certificate):
    """What getpeercert() gives of a certificate that was verified."""
    kinds = {"dns": "DNS", "ip": "IP Address", "email": "email", "uri": "URI"}
    found = {
        "subject": names(certificate["subject"]),
        "issuer": names(certificate["issuer"]),
        "version": certificate["version"],
        "serialNumber": certificate["serial"].upper(),
        "notBefore": date(certificate["notBeforeMs"]),
        "notAfter": date(certificate["notAfterMs"]),
    }
    if certificate["altNames"]:
        found["subjectAltName"] = tuple((kinds[each["kind"]], each["value"]) for each in certificate["altNames"])
    return found


def ssl_by_kernel(module):
    SSLError = module.SSLError
    plain = socket.socket

    def error_of(failure):
        """The exception for what the kernel tells."""
        kind, text = failure["failure"], failure["text"]
        if kind == "closed":
            return module.SSLEOFError(8, f"[SSL: UNEXPECTED_EOF_WHILE_READING] EOF occurred in violation of protocol ({PLACES['handshake']})")
        if kind == "certificate":
            reason = "CERTIFICATE_VERIFY_FAILED"
            error = module.SSLCertVerificationError(1, f"[SSL: {reason}] certificate verify failed: {text} ({PLACES['handshake']})")
            error.verify_code, error.verify_message = failure["code"], text
        elif kind == "mismatch":
            reason = "KEY_VALUES_MISMATCH"
            error = SSLError(116, f"[X509: {reason}] key values mismatch ({PLACES['certificate']})")
        elif kind in ("no-certificate", "no-key", "bad-certificate", "bad-key") and text.startswith("error:"):
            reason = ""
            error = SSLError(524297, f"[SSL] PEM lib ({PLACES['certificate']})")
        else:
            reason = text.upper().replace(" ", "_")
            error = SSLError(1, f"[SSL: {reason}] {text} ({PLACES['handshake']})")
        error.library, error.reason = "SSL", reason
        return error

    class Context:
        def wrap_bio(self, incoming, outgoing, server_side=False, server_hostname=None, session=None):
            raise NotImplementedError("ssl.MemoryBIO, which asyncio's TLS stands on, is real, but this machine's ssl does not have it; sockets it has")

        def load_default_certs(self, purpose=module.Purpose.SERVER_AUTH):
            self.set_default_verify_paths()

        def set_default_verify_paths(self):
            path = os.environ.get("SSL_CERT_FILE", TRUSTED)
            if os.path.exists(path):
                self.load_verify_locations(path)

        def load_verify_locations(self, cafile=None, capath=None, cadata=None):
            if cafile is None and capath is None and cadata is None:
                raise TypeError("cafile, capath and cadata cannot be all omitted")
            paths = [] if cafile is None else [cafile]
            if capath is not None:
                paths += [os.path.join(capath, name) for name in sorted(os.listdir(capath)) if name.endswith((".pem", ".crt", ".0"))]
            texts = []
            for path in paths:
                with open(path, encoding="latin-1") as file:
                    texts.append(file.read())
            if isinstance(cadata, str):
                texts.append(cadata)
            elif cadata is not None:
                texts.append(module.DER_cert_to_PEM_cert(bytes(cadata)))
            if cafile is not None and "-----BEGIN" not in texts[0]:
                raise SSLError(136, "[X509: NO_CERTIFICATE_OR_CRL_FOUND] no certificate or crl found (_ssl.c:4407)")
            known = self.__dict__.setdefault("_trusted", [])
            known += [text for text in texts if text not in known]

        def get_ca_certs(self, binary_form=False):
            blocks = "".join(self.__dict__.get("_trusted", ())).split(module.PEM_HEADER)[1:]
            found = [base64.b64decode(block.partition("-----END")[0]) for block in blocks]
            return found if binary_form else [{} for _ in found]

        def cert_store_stats(self):
            count = len(self.get_ca_certs(True))
            return {"crl": 0, "x509_ca": count, "x509": count}

        def load_cert_chain(self, certfile, keyfile=None, password=None):
            with open(certfile, encoding="latin-1") as file:
                certificate = file.read()
            with open(keyfile or certfile, encoding="latin-1") as file:
                key = file.read()
            if "-----BEGIN CERTIFICATE" not in certificate or "PRIVATE KEY-----" not in key:
                raise error_of({"failure": "no-certificate", "text": "error:"})
            self._own = {"certificate": certificate, "key": key}

        def set_alpn_protocols(self, alpn_protocols):
            self._alpn = [name if isinstance(name, str) else name.decode() for name in alpn_protocols]

    class Socket:
        @classmethod
        def _create(cls, sock, server_side=False, do_handshake_on_connect=True, suppress_ragged_eofs=True, server_hostname=None, context=None, session=None):
            if server_side and server_hostname:
                raise ValueError("server_hostname can only be specified in client mode")
            if context.check_hostname and not server_side and not server_hostname:
                raise ValueError("check_hostname requires server_hostname")
            timeout = sock.gettimeout()
            self = cls.__new__(cls)
            plain.__init__(self, sock.family, sock.type, sock.proto, sock.fileno())
            sock.detach()
            self.settimeout(timeout)
            self._sslobj = None
            self._context, self._session = context, session
            self._server_hostname, self._server_side = server_hostname, server_side
            self._suppress_ragged_eofs, self.do_handshake_on_connect = suppress_ragged_eofs, do_handshake_on_connect
            try:
                self.getpeername()
                self._connected = True
            except OSError:
                self._connected = False
            if self._connected and do_handshake_on_connect:
                try:
                    self.do_handshake()
                except BaseException:
                    self.close()
                    raise
            return self

        def do_handshake(self, block=False):
            if self._sslobj is not None:
                return
            context = self._context
            order = ["TLSv1", "TLSv1.1", "TLSv1.2", "TLSv1.3"]
            low, high = max(int(context.minimum_version), 0x301) - 0x301, int(context.maximum_version)
            request = {"versions": order[low : high - 0x300 if high > 0 else None], "alpn": context.__dict__.get("_alpn", [])}
            if self._server_side:
                request.update(side="server", **context.__dict__.get("_own", {"certificate": "", "key": ""}))
            else:
                request.update(side="client", checkName=context.check_hostname, verify=context.verify_mode != module.CERT_NONE)
                request["trust"] = "".join(context.__dict__.get("_trusted", ()))
                if self._server_hostname:
                    request["serverName"] = self._server_hostname
            timeout = self.gettimeout()
            patience = max(1, int(timeout * 1000)) if timeout else 0
            try:
                answer = call("secure", fd=self.fileno(), request=request, patience=patience)  # noqa: F821
            except TimeoutError:
                raise TimeoutError(f"{PLACES['handshake']}: The handshake operation timed out") from None
            if "failure" in answer:
                raise error_of(answer)
            self._sslobj = answer

        def _secured(self):
            if self._sslobj is None and self._connected:
                self.do_handshake()

        def connect(self, address):
            plain.connect(self, address)
            self._connected = True
            if self.do_handshake_on_connect:
                self.do_handshake()

        def connect_ex(self, address):
            result = plain.connect_ex(self, address)
            if result == 0:
                self._connected = True
                if self.do_handshake_on_connect:
                    self.do_handshake()
            return result

        def accept(self):
            accepted, address = plain.accept(self)
            wrapped = self._context.wrap_socket(
                accepted, server_side=True, do_handshake_on_connect=self.do_handshake_on_connect, suppress_ragged_eofs=self._suppress_ragged_eofs
            )
            return wrapped, address

        def recv(self, buflen=1024, flags=0):
            self._secured()
            try:
                return plain.recv(self, buflen, flags)
            except BlockingIOError:
                raise module.SSLWantReadError(2, f"The operation did not complete (read) ({PLACES['read']})") from None
            except TimeoutError:
                raise TimeoutError("The read operation timed out") from None

        def recv_into(self, buffer, nbytes=None, flags=0):
            self._secured()
            try:
                return plain.recv_into(self, buffer, nbytes or len(buffer), flags)
            except BlockingIOError:
                raise module.SSLWantReadError(2, f"The operation did not complete (read) ({PLACES['read']})") from None
            except TimeoutError:
                raise TimeoutError("The read operation timed out") from None

        def read(self, len=1024, buffer=None):
            return self.recv(len) if buffer is None else self.recv_into(buffer, len)

        def send(self, data, flags=0):
            self._secured()
            return plain.send(self, data, flags)

        write = send

        def sendall(self, data, flags=0):
            self._secured()
            return plain.sendall(self, data, flags)

        def sendfile(self, file, offset=0, count=None):
            return self._sendfile_use_send(file, offset, count)

        def pending(self):
            return 0

        def shutdown(self, how):
            self._sslobj = None
            self._connected = False
            plain.shutdown(self, how)

        def unwrap(self):
            if self._sslobj is None:
                raise ValueError("No SSL wrapper around " + str(self))
            plain.shutdown(self, socket.SHUT_WR)
            return self

        def getpeercert(self, binary_form=False):
            if self._sslobj is None:
                raise ValueError("do_handshake() has not been done yet")
            if self._server_side or not self._sslobj["chain"]:
                return None
            [first, *_] = self._sslobj["chain"]
            if binary_form:
                return base64.b64decode(first["der"])
            return described(first) if self._context.verify_mode != module.CERT_NONE else {}

        def get_unverified_chain(self):
            return [base64.b64decode(each["der"]) for each in (self._sslobj or {"chain": []})["chain"]]

        get_verified_chain = get_unverified_chain

        def version(self):
            return self._sslobj and self._sslobj["version"]

        def cipher(self):
            return self._sslobj and (self._sslobj["cipher"], self._sslobj["version"], 256)

        def selected_alpn_protocol(self):
            return self._sslobj and self._sslobj["alpn"]

    def get_server_certificate(addr, ssl_version=module.PROTOCOL_TLS_CLIENT, ca_certs=None, timeout=None):
        """Retrieve the certificate from the server at the specified address, as a PEM-encoded string."""
        context = module._create_unverified_context(cert_reqs=module.CERT_REQUIRED if ca_certs else module.CERT_NONE, cafile=ca_certs)
        with socket.create_connection(addr, timeout=timeout) as sock, context.wrap_socket(sock, server_hostname=addr[0]) as wrapped:
            return module.DER_cert_to_PEM_cert(wrapped.getpeercert(True))

    def get_default_verify_paths():
        """Return paths to default cafile and capath."""
        return module.DefaultVerifyPaths(
            TRUSTED if os.path.exists(TRUSTED) else None, "/etc/ssl/certs", "SSL_CERT_FILE", TRUSTED, "SSL_CERT_DIR", "/etc/ssl/certs"
        )

    for place, members in ((module.SSLContext, Context), (module.SSLSocket, Socket)):
        for name, member in vars(members).items():
            if name == "_create" or not name.startswith("__"):
                if hasattr(member, "__qualname__"):
                    member.__module__, member.__qualname__ = "ssl", f"{place.__name__}.{name}"
                setattr(place, name, member)
    module.get_server_certificate, module.get_default_verify_paths = get_server_certificate, get_default_verify_paths
    module.OPENSSL_VERSION, module.OPENSSL_VERSION_INFO = "OpenSSL 3.0.17 1 Jul 2025", (3, 0, 0, 17, 0)
    module.OPENSSL_VERSION_NUMBER, module.HAS_TLSv1_3 = 0x30000110, True
    module.HAS_NEVER_CHECK_COMMON_NAME = True
