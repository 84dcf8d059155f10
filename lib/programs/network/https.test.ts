import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Machine, Process } from "../../kernel/types.ts";
import { decode, encode } from "../core/io.ts";
import { freshMachine, runScriptAsRoot } from "../testing.ts";
import { loadServerCertificate, serveTls, TlsFailure, type TlsStream } from "../tls/index.ts";

let machine: Machine;

const page = "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 3\r\nConnection: close\r\n\r\nhi\n";

/** A server of one page: over TLS with a certificate of /srv/tls, or, without one, without. */
function serve(port: number, name?: string): void {
  const own = name && loadServerCertificate(machine.files.readText(`/srv/tls/${name}.pem`), machine.files.readText(`/srv/tls/${name}.key`));
  const answer = async (self: Process, client: Awaited<ReturnType<Machine["network"]["connect"]>>) => {
    let stream: typeof client | TlsStream = client;
    try {
      if (own) stream = await serveTls(client, () => own, { signal: self.ended });
      const asked = decode(await stream.read(65_536, self.ended));
      await stream.write(encode(asked.startsWith("GET") || asked.startsWith("HEAD") ? page : "HTTP/1.1 400 Bad Request\r\n\r\n"));
    } catch (error) {
      if (!(error instanceof TlsFailure)) throw error;
    } finally {
      stream.release();
    }
  };
  machine.spawn({
    argv: ["server"],
    env: {},
    cwd: "/",
    credentials: { uid: 0, gid: 0, groups: [] },
    run: async (self) => {
      const server = machine.network.socket();
      server.bind("0.0.0.0", port, self.credentials);
      server.listen(8);
      for (;;) void answer(self, await server.accept(self.ended));
    },
  });
}

const run = (script: string) => runScriptAsRoot(machine, script);

const CA = `
mkdir -p /srv/tls && cd /srv/tls
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -subj "/O=Test/CN=Root" -days 3650 -keyout ca.key -out ca.pem 2>/dev/null
make() {
  openssl req -new -newkey rsa:2048 -nodes -subj "/CN=$1" -addext "subjectAltName=DNS:$1" -keyout $1.key -out $1.csr 2>/dev/null
  openssl x509 -req -in $1.csr -CA ca.pem -CAkey ca.key -CAcreateserial -copy_extensions copy -days $2 -out $1.pem 2>/dev/null
}
make shop.test 90
make old.test -1
openssl req -x509 -newkey rsa:2048 -nodes -subj "/CN=self.test" -addext "subjectAltName=DNS:self.test" -days 30 -keyout self.key -out self.pem 2>/dev/null
for name in shop.test old.test self.test x.test; do echo "127.0.0.1 $name" >> /etc/hosts; done
ls`;

beforeAll(async () => {
  machine = await freshMachine();
  expect((await run(CA)).stdout).toContain("shop.test.pem");
  serve(9443, "shop.test");
  serve(9444, "old.test");
  serve(9445, "self");
  serve(9480);
});
afterAll(() => machine.destroy());

/** What remains of -v without the lines that only say how many bytes there were. */
const talk = (text: string) => text.replace(/^[{}] \[\d+ bytes data\]\n/gm, "");

describe("curl over https", () => {
  test("fetches from a server whose authority it is told to trust", async () => {
    const { stdout, stderr, exitCode } = await run("curl -sSv --cacert /srv/tls/ca.pem https://shop.test:9443/");
    expect({ stdout, exitCode }).toEqual({ stdout: "hi\n", exitCode: 0 });
    expect(talk(stderr).replace(/\w{3} [ \d]\d [\d:]{8} \d{4} GMT/g, "DATE")).toBe(`*   Trying 127.0.0.1:9443...
* Connected to shop.test (127.0.0.1) port 9443 (#0)
* ALPN: offers h2,http/1.1
* TLSv1.3 (OUT), TLS handshake, Client hello (1):
*  CAfile: /srv/tls/ca.pem
*  CApath: /etc/ssl/certs
* TLSv1.3 (IN), TLS handshake, Server hello (2):
* TLSv1.3 (IN), TLS handshake, Encrypted Extensions (8):
* TLSv1.3 (IN), TLS handshake, Certificate (11):
* TLSv1.3 (IN), TLS handshake, CERT verify (15):
* TLSv1.3 (IN), TLS handshake, Finished (20):
* TLSv1.3 (OUT), TLS change cipher, Change cipher spec (1):
* TLSv1.3 (OUT), TLS handshake, Finished (20):
* SSL connection using TLSv1.3 / TLS_AES_256_GCM_SHA384
* ALPN: server accepted http/1.1
* Server certificate:
*  subject: CN=shop.test
*  start date: DATE
*  expire date: DATE
*  subjectAltName: host "shop.test" matched cert's "shop.test"
*  issuer: O=Test; CN=Root
*  SSL certificate verify ok.
* using HTTP/1.1
> GET / HTTP/1.1\r
> Host: shop.test:9443\r
> User-Agent: curl/7.88.1\r
> Accept: */*\r
> \r
< HTTP/1.1 200 OK\r
< Content-Type: text/plain\r
< Content-Length: 3\r
< Connection: close\r
< \r
* Closing connection 0
* TLSv1.3 (OUT), TLS alert, close notify (256):
`);
  });

  test.each([
    ["https://shop.test:9443/", 60, "(60) SSL certificate problem: unable to get local issuer certificate"],
    ["--cacert /srv/tls/ca.pem https://old.test:9444/", 60, "(60) SSL certificate problem: certificate has expired"],
    [
      "--cacert /srv/tls/ca.pem https://x.test:9443/",
      60,
      "(60) SSL: no alternative certificate subject name matches target host name 'x.test'",
    ],
    ["https://self.test:9445/", 60, "(60) SSL certificate problem: self-signed certificate"],
    ["https://127.0.0.1:9480/", 35, "(35) OpenSSL/3.0.17: error:0A00010B:SSL routines::wrong version number"],
    ["-k --tls-max 1.1 https://self.test:9445/", 35, "(35) OpenSSL/3.0.17: error:0A00042E:SSL routines::tlsv1 alert protocol version"],
    ["--cacert /nothing https://self.test:9445/", 77, "(77) error setting certificate file: /nothing"],
    [
      "-k --cert nofile https://self.test:9445/",
      58,
      "(58) could not load PEM client certificate from nofile, OpenSSL error error:80000002:system library::No such file or directory, (no key found, wrong pass phrase, or wrong file format?)",
    ],
  ])("curl %s ends with %i", async (words, code, message) => {
    const { stderr, exitCode } = await run(`curl -sS -o /dev/null ${words}`);
    expect(stderr.split("\n")[0]).toBe(`curl: ${message}`);
    expect(exitCode).toBe(code);
  });

  test("-k goes on, and -w still tells what is wrong", async () => {
    const format = "%{http_code} %{scheme} %{ssl_verify_result}";
    const { stdout, exitCode } = await run(`curl -sk -o /dev/null -w '${format}' https://self.test:9445/`);
    expect({ stdout, exitCode }).toEqual({ stdout: "200 HTTPS 18", exitCode: 0 });
  });

  test("what update-ca-certificates takes in is trusted by all, until it is taken out again", async () => {
    const shop = "curl -sS https://shop.test:9443/";
    const added = await run(`cp /srv/tls/ca.pem /usr/local/share/ca-certificates/test.crt; update-ca-certificates; ${shop}`);
    expect(added.stdout).toContain("1 added, 0 removed; done.");
    expect(added.stdout.endsWith("hi\n")).toBe(true);
    expect((await run("wget -qO- https://shop.test:9443/")).stdout).toBe("hi\n");
    const removed = await run(`rm /usr/local/share/ca-certificates/test.crt; update-ca-certificates --fresh; ${shop}`);
    expect(removed.exitCode).toBe(60);
  });
});

describe("wget over https", () => {
  test.each([
    [
      "https://shop.test:9443/",
      "ERROR: The certificate of ‘shop.test’ is not trusted.\nERROR: The certificate of ‘shop.test’ doesn't have a known issuer.\n",
    ],
    ["--ca-certificate=/srv/tls/ca.pem https://x.test:9443/", "The certificate's owner does not match hostname ‘x.test’\n"],
  ])("wget %s refuses", async (words, message) => {
    const { stderr, exitCode } = await run(`wget -O- ${words}`);
    expect(stderr).toContain(message);
    expect(exitCode).toBe(5);
  });

  test("--no-check-certificate goes on", async () => {
    expect((await run("wget -q --no-check-certificate -O- https://self.test:9445/")).stdout).toBe("hi\n");
  });
});
