/** Connects to a server of an upstream: TCP, a Unix socket, with TLS where the address begins with https. */
import { KernelError } from "../../../kernel/errno.ts";
import type { StreamSocket, UnixSocket } from "../../../kernel/types.ts";
import { connectTls, isFor, readBundle, TlsFailure, trustOf } from "../../tls/index.ts";
import type { ProxyTarget } from "../config/model.ts";
import { readable } from "../config/parser.ts";
import { evaluate } from "../config/template.ts";
import type { HttpRequest } from "./request.ts";
import { carrierOf, Late, Stream } from "./stream.ts";
import type { Peer } from "./upstream-peers.ts";

/** The handshake with an upstream came to nothing. */
export class TlsBroken extends Error {}

/** Rejects with Late, KernelError, TlsBroken. */
export async function connectPeer(r: HttpRequest, target: ProxyTarget, peer: Peer, limitMs: number): Promise<Stream> {
  const { worker } = r;
  const { self, clock } = worker;
  worker.shared.connections++;
  const limit = new AbortController();
  const cancel = clock.after(limitMs, () => limit.abort(new Late()));
  const unlink = worker.endings.add((reason) => limit.abort(reason));
  const unwatch = r.settings.flags.proxy_ignore_client_abort
    ? () => {}
    : r.client.stream.watch(() => limit.abort(new KernelError("ECONNABORTED", "connect")));
  let socket: StreamSocket | UnixSocket | undefined;
  try {
    if (peer.address.startsWith("unix:"))
      socket = await self.machine.network.connectUnix(self, readable(peer.address.slice(5)), limit.signal);
    else if (peer.address.startsWith("[")) throw new KernelError("ENETUNREACH", "connect");
    else socket = await self.machine.network.connect(peer.address, peer.port, limit.signal);
    // The connection belongs to this process, for ss and the world's history.
    self.fds.add(socket, 3);
    socket.release();
    const opened = socket;
    const close = () => closeDescriptor(r, opened);
    if (!target.isTls) return new Stream({ ...carrierOf(socket), close }, clock, worker.endings);
    const { flags, templates, words } = r.settings;
    const name = templates.proxy_ssl_name ? evaluate(templates.proxy_ssl_name, r) : target.hostHeader.replace(/:\d+$/, "");
    const bundle = words.proxy_ssl_trusted_certificate;
    const trust =
      bundle === undefined ? trustOf(self.files) : readBundle(self.files.readText(readable(worker.cycle.fullName(bundle, true))));
    const stream = await connectTls(socket, {
      serverName: name,
      sni: flags.proxy_ssl_server_name ? undefined : "",
      trust,
      insecure: true,
      ignoreName: true,
      nowMs: clock.now(),
      signal: limit.signal,
    });
    const { verification, chain } = stream.session;
    const [leaf] = chain;
    if (flags.proxy_ssl_verify && verification !== undefined && leaf !== undefined) {
      if (verification.code !== 0)
        throw new TlsBroken(`upstream SSL certificate verify error: (${verification.code}:${verification.text})`);
      if (!isFor(leaf, name)) throw new TlsBroken(`upstream SSL certificate does not match "${name}"`);
    }
    return new Stream({ ...carrierOf(stream), close }, clock, worker.endings);
  } catch (error) {
    if (socket !== undefined) closeDescriptor(r, socket);
    if (error instanceof TlsFailure) throw new TlsBroken(`SSL_do_handshake() failed (SSL: ${error.message})`);
    throw error;
  } finally {
    cancel();
    unwatch();
    unlink();
  }
}

function closeDescriptor(r: HttpRequest, socket: StreamSocket | UnixSocket): void {
  const { fds } = r.worker.self;
  for (const [fd, file] of fds.all()) {
    if (file !== socket) continue;
    fds.close(fd);
    return;
  }
}
