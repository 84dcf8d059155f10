import { afterAll, beforeAll, expect, test } from "vitest";
import { machineOf, type TestLab, type Typist, testLab } from "./several-machines-testing.ts";

let lab: TestLab;
let terminal: Typist;
beforeAll(async () => {
  lab = await testLab([machineOf("laptop")]);
  terminal = lab.open("laptop");
});
afterAll(() => lab.close());

/** Without what is another one's every time: keys, dates, counts of bytes. */
const plain = (text: string) =>
  text
    .replace(/-----BEGIN CERTIFICATE-----[\s\S]*?-----END CERTIFICATE-----\n/g, "PEM\n")
    .replace(/\w{3} [ \d]\d [\d:]{8} \d{4} GMT/g, "DATE")
    .replace(/read \d+ bytes and written \d+/, "read N bytes and written N")
    .replace(/^[0-9A-F]{16}:/gm, "THREAD:");

test("openssl s_client shows the chain, the certificate and what was agreed on", async () => {
  expect(
    plain(await terminal.run("openssl s_client -connect acme.test:443 -servername acme.test </dev/null")),
  ).toBe(`depth=2 O = Lab Encrypt, CN = Lab Root X1
verify return:1
depth=1 O = Lab Encrypt, CN = E1
verify return:1
depth=0 CN = acme.test
verify return:1
CONNECTED(00000003)
---
Certificate chain
 0 s:CN = acme.test
   i:O = Lab Encrypt, CN = E1
   a:PKEY: id-ecPublicKey, 256 (bit); sigalg: ecdsa-with-SHA256
   v:NotBefore: DATE; NotAfter: DATE
 1 s:O = Lab Encrypt, CN = E1
   i:O = Lab Encrypt, CN = Lab Root X1
   a:PKEY: id-ecPublicKey, 256 (bit); sigalg: ecdsa-with-SHA256
   v:NotBefore: DATE; NotAfter: DATE
---
Server certificate
PEM
subject=CN = acme.test
issuer=O = Lab Encrypt, CN = E1
---
No client certificate CA names sent
Peer signing digest: SHA256
Peer signature type: ECDSA
---
SSL handshake has read N bytes and written N bytes
Verification: OK
---
New, TLSv1.3, Cipher is TLS_AES_256_GCM_SHA384
Server public key is 256 bit
Secure Renegotiation IS NOT supported
Compression: NONE
Expansion: NONE
No ALPN negotiated
Early data was not sent
Verify return code: 0 (ok)
---
DONE
`);
});

test("its certificate goes through a pipe", async () => {
  const command = "openssl s_client -connect acme.test:443 </dev/null 2>/dev/null | openssl x509 -noout -subject -ext subjectAltName";
  expect(await terminal.run(command)).toBe("subject=CN = acme.test\nX509v3 Subject Alternative Name: \n    DNS:acme.test\n");
});

test("what is typed goes to the server, what it says is shown", async () => {
  const out = await terminal.run(
    "printf 'GET /directory HTTP/1.1\\r\\nHost: acme.test\\r\\n\\r\\n' | openssl s_client -quiet -connect acme.test:443 2>/dev/null | head -1",
  );
  expect(out).toBe("HTTP/1.1 200 OK\n");
});

test("a port without TLS, and one without anything, are told apart", async () => {
  expect(plain(await terminal.run("openssl s_client -connect acme.test:80 </dev/null 2>&1 | head -1"))).toBe(
    "THREAD:error:0A00010B:SSL routines:ssl3_get_record:wrong version number:../ssl/record/ssl3_record.c:350:\n",
  );
  expect(plain(await terminal.run("openssl s_client -connect acme.test:4433 </dev/null"))).toBe(
    "THREAD:error:8000006F:system library:BIO_connect:Connection refused:../crypto/bio/bio_sock2.c:117:calling connect()\nTHREAD:error:10000067:BIO routines:BIO_connect:connect error:../crypto/bio/bio_sock2.c:119:\nconnect:errno=111\n",
  );
});
