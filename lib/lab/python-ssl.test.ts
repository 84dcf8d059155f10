import { afterAll, beforeAll, expect, it } from "vitest";
import { type PythonMachine, pythonMachine } from "./python-testing.ts";

let python: PythonMachine;

const application = `def app(environ, start_response):
    start_response("200 OK", [("Content-Type", "text/plain")])
    return [environ["wsgi.url_scheme"].encode(), b" ", environ["REQUEST_METHOD"].encode()]
`;

const asks = `import http.client, socket, ssl, urllib.error, urllib.request
import requests
base = "https://localhost:8443/"
trusting = ssl.create_default_context(cafile="c.pem")
print(urllib.request.urlopen(base, context=trusting).read(), requests.get(base, verify="c.pem").text)
connection = http.client.HTTPSConnection("localhost", 8443, context=trusting)
connection.request("POST", "/", b"body")
print(connection.getresponse().read())
for attempt in (lambda: urllib.request.urlopen(base), lambda: urllib.request.urlopen("https://127.0.0.1:8443/", context=trusting), lambda: requests.get(base)):
    try:
        attempt()
    except (urllib.error.URLError, requests.exceptions.SSLError) as error:
        print(error)
print(requests.get(base, verify=False).status_code)
with socket.create_connection(("localhost", 8443)) as plain, trusting.wrap_socket(plain, server_hostname="localhost") as secured:
    print(secured.version(), secured.cipher()[0], secured.getpeercert()["subjectAltName"], secured.getpeercert()["subject"])
print(requests.get(base, verify="c.pem", timeout=30).text)
listener = socket.create_server(("localhost", 8000))
with socket.create_connection(("localhost", 8000)) as plain:
    listener.accept()[0].sendall(b"220 no TLS here\\r\\n")
    try:
        trusting.wrap_socket(plain, server_hostname="localhost")
    except ssl.SSLError as error:
        print(error, error.reason)
with socket.create_connection(("localhost", 8000), timeout=0.2) as silent:
    try:
        trusting.wrap_socket(silent, server_hostname="localhost")
    except TimeoutError as error:
        print(error)
print(ssl.get_server_certificate(("localhost", 8443)) == open("c.pem").read())
try:
    ssl.create_default_context(ssl.Purpose.CLIENT_AUTH).load_cert_chain("k.pem")
except ssl.SSLError as error:
    print(error)
`;

beforeAll(async () => {
  python = await pythonMachine();
  const files = python.machine.filesAs({ uid: 1000, gid: 1000, groups: [1000] }, "/home/learner");
  files.writeFile("app.py", application);
  files.writeFile("ask.py", asks);
  await python.sh(
    "openssl req -x509 -newkey rsa:2048 -nodes -keyout k.pem -out c.pem -days 3 -subj /CN=localhost -addext subjectAltName=DNS:localhost 2>/dev/null; pip install -q gunicorn requests",
  );
});
afterAll(() => python.close());

it("gunicorn serves https, and Python asks over it, trusting whom the machine trusts", async () => {
  const servers = "gunicorn --certfile c.pem --keyfile k.pem -b 127.0.0.1:8443 app:app 2>log &";
  const up = "until curl -sk -o page https://localhost:8443/; do sleep 0.1; done";
  const { output } = await python.sh(
    `${servers} ${up}; curl -s --cacert c.pem https://localhost:8443/; echo; python ask.py 2>errors; kill %1; wait; grep -c ERROR log`,
  );
  expect(output.split("\n")).toEqual([
    "https GET",
    "b'https GET' https GET",
    "b'https POST'",
    "<urlopen error [SSL: CERTIFICATE_VERIFY_FAILED] certificate verify failed: self-signed certificate (_ssl.c:1081)>",
    "<urlopen error [SSL: CERTIFICATE_VERIFY_FAILED] certificate verify failed: IP address mismatch, certificate is not valid for '127.0.0.1'. (_ssl.c:1081)>",
    expect.stringContaining("[SSL: CERTIFICATE_VERIFY_FAILED] certificate verify failed: self-signed certificate (_ssl.c:1081)"),
    "200",
    "TLSv1.3 TLS_AES_256_GCM_SHA384 (('DNS', 'localhost'),) ((('commonName', 'localhost'),),)",
    "https GET",
    "[SSL: WRONG_VERSION_NUMBER] wrong version number (_ssl.c:1081) WRONG_VERSION_NUMBER",
    "_ssl.c:1081: The handshake operation timed out",
    "True",
    "[SSL] PEM lib (_ssl.c:4163)",
    expect.stringMatching(/^\d+$/),
    "",
  ]);
});
