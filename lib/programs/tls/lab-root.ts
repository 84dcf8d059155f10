/** The root that every machine trusts, and where a machine keeps what it trusts: all that is needed of TLS to make a machine. */

export const TRUST_FILE = "/etc/ssl/certs/ca-certificates.crt";

/** File of the root in /usr/share/ca-certificates. */
export const ROOT_FILE = "lab/Lab_Root_X1.crt";

export const ROOT_PEM = `-----BEGIN CERTIFICATE-----
MIIBijCCATGgAwIBAgIBATAKBggqhkjOPQQDAjAsMRQwEgYDVQQKDAtMYWIgRW5j
cnlwdDEUMBIGA1UEAwwLTGFiIFJvb3QgWDEwIBcNMjAwMTAxMDAwMDAwWhgPMjA3
MDAxMDEwMDAwMDBaMCwxFDASBgNVBAoMC0xhYiBFbmNyeXB0MRQwEgYDVQQDDAtM
YWIgUm9vdCBYMTBZMBMGByqGSM49AgEGCCqGSM49AwEHA0IABAUoMIxE+nAyT1AF
UOSxa+7X2YhPr4lu2azCyD3yyLnyZaAMjKaFxlVigTvoSE5zRwB01V6Ed2b4pYGC
j0c+rrajQjBAMA8GA1UdEwEB/wQFMAMBAf8wDgYDVR0PAQH/BAQDAgEGMB0GA1Ud
DgQWBBTmEX+PVIrwyfGdRMpcdKeF7hiBKDAKBggqhkjOPQQDAgNHADBEAiBWnth6
nTLuQTnKIHhWquGMfzp6ApnDeJWmubCHnHQDYAIgcWV36a2yYcUEjp4oQErZ7irS
gYE0mwN9Oe/DaHWphNI=
-----END CERTIFICATE-----
`;
