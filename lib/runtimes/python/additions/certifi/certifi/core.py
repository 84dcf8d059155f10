"""As Debian's python3-certifi does it: whom the machine trusts is what counts, not a list of its own."""

DEBIAN_CA_CERTS_PATH = "/etc/ssl/certs/ca-certificates.crt"


def where() -> str:
    return DEBIAN_CA_CERTS_PATH


def contents() -> str:
    with open(where(), encoding="ascii") as data:
        return data.read()
