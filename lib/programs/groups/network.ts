/** Asking others. */
import * as curl from "../network/curl.ts";
import * as dns from "../network/dns.ts";
import * as ip from "../network/ip.ts";
import * as lsof from "../network/lsof.ts";
import * as ping from "../network/ping.ts";
import * as sockets from "../network/sockets.ts";
import * as wget from "../network/wget.ts";

export const modules: readonly object[] = [curl, dns, ip, lsof, ping, sockets, wget];
