/**
 * Every directive of nginx 1.22 as Debian 12 builds it (https://nginx.org/en/docs/dirindex.html and the modules that `nginx -V` names):
 * where it may stand, how many arguments it takes, and what kind of value it holds.
 *
 * A line is "CONTEXTS ARGUMENTS[{] KIND: NAMES". Contexts: m main, e events, h http, s server, l location, S if in server, i if in
 * location, x limit_except, u upstream, * anywhere. "{" marks a block. Kinds other than "own" and "many" are single values.
 */
import { UNMODELED } from "./unmodeled.ts";

const MODELED = `
* 1 own: include
e 1 flag: accept_mutex multi_accept
e 1 msec: accept_mutex_delay
e 1 num: epoll_events worker_aio_requests
e 1 own: use worker_connections
h 0{ own: server
h 1 num: map_hash_bucket_size map_hash_max_size server_names_hash_bucket_size server_names_hash_max_size variables_hash_bucket_size
h 1 num: variables_hash_max_size
h 1 size: http2_recv_buffer_size
h 1,2{ own: geo
h 1{ own: upstream
h 2 own: limit_conn_zone
h 2+ own: log_format
h 2{ own: map split_clients
h 3 own: limit_req_zone
hs 1 flag: ignore_invalid_headers merge_slashes ssl_early_data ssl_prefer_server_ciphers ssl_reject_handshake ssl_session_tickets
hs 1 flag: ssl_stapling ssl_stapling_verify underscores_in_headers
hs 1 many: ssl_certificate ssl_certificate_key ssl_session_ticket_key
hs 1 msec: client_header_timeout
hs 1 num: http2_max_concurrent_pushes http2_max_concurrent_streams http2_streams_index_size ssl_verify_depth
hs 1 own: http2_idle_timeout http2_max_field_size http2_max_header_size http2_max_requests http2_recv_timeout ssl ssl_password_file
hs 1 sec: ssl_session_timeout
hs 1 size: client_header_buffer_size connection_pool_size http2_body_preread_size http2_pool_size request_pool_size ssl_buffer_size
hs 1 str: ssl_ciphers ssl_dhparam ssl_ecdh_curve ssl_stapling_file ssl_stapling_responder ssl_trusted_certificate
hs 1+ mask: ssl_protocols
hs 1,2 own: ssl_session_cache
hs 2 bufs: large_client_header_buffers
hs 2 many: ssl_conf_command
hsSli 1 flag: rewrite_log uninitialized_variable_warn
hsl 0{ own: types
hsl 1 complex: proxy_method proxy_ssl_name
hsl 1 enum: autoindex_format client_body_in_file_only gzip_http_version gzip_static if_modified_since limit_conn_log_level
hsl 1 enum: limit_req_log_level lingering_close proxy_http_version satisfy server_tokens
hsl 1 flag: absolute_redirect autoindex autoindex_exact_size autoindex_localtime chunked_transfer_encoding
hsl 1 flag: client_body_in_single_buffer etag gzip_no_buffer gzip_vary limit_conn_dry_run limit_req_dry_run log_not_found
hsl 1 flag: log_subrequest msie_padding msie_refresh open_file_cache_errors open_file_cache_events port_in_redirect proxy_buffering
hsl 1 flag: proxy_force_ranges proxy_ignore_client_abort proxy_intercept_errors proxy_pass_request_body proxy_pass_request_headers
hsl 1 flag: proxy_request_buffering proxy_socket_keepalive proxy_ssl_server_name proxy_ssl_session_reuse proxy_ssl_verify
hsl 1 flag: real_ip_recursive recursive_error_pages reset_timedout_connection server_name_in_redirect sub_filter_last_modified
hsl 1 flag: sub_filter_once tcp_nodelay tcp_nopush
hsl 1 many: proxy_hide_header proxy_pass_header
hsl 1 msec: auth_delay client_body_timeout keepalive_time lingering_time lingering_timeout proxy_connect_timeout
hsl 1 msec: proxy_next_upstream_timeout proxy_read_timeout proxy_send_timeout send_timeout
hsl 1 num: gzip_comp_level keepalive_requests limit_conn_status limit_req_status max_ranges open_file_cache_min_uses
hsl 1 num: proxy_headers_hash_bucket_size proxy_headers_hash_max_size proxy_next_upstream_tries proxy_ssl_verify_depth
hsl 1 num: types_hash_bucket_size types_hash_max_size
hsl 1 off: client_max_body_size directio_alignment
hsl 1 own: directio real_ip_header set_real_ip_from
hsl 1 sec: open_file_cache_valid
hsl 1 size: client_body_buffer_size gzip_hash gzip_min_length gzip_window http2_chunk_size postpone_gzipping postpone_output
hsl 1 size: proxy_buffer_size proxy_busy_buffers_size proxy_max_temp_file_size proxy_send_lowat proxy_temp_file_write_size
hsl 1 size: read_ahead send_lowat sendfile_max_chunk subrequest_output_buffer_size
hsl 1 str: default_type proxy_set_body proxy_ssl_ciphers proxy_ssl_trusted_certificate
hsl 1+ mask: gzip_proxied proxy_ignore_headers proxy_next_upstream proxy_ssl_protocols
hsl 1+ own: error_log gzip_disable index
hsl 1+ types: charset_types gzip_types sub_filter_types
hsl 1,2 mask: keepalive_disable
hsl 1,2 own: keepalive_timeout open_file_cache proxy_cookie_domain proxy_cookie_path proxy_redirect
hsl 1,2,3 own: limit_req
hsl 1,2,3,4 own: open_log_file_cache proxy_cookie_flags
hsl 1,2,3,4 path: client_body_temp_path proxy_temp_path
hsl 2 bufs: gzip_buffers proxy_buffers
hsl 2 many: proxy_set_header proxy_ssl_conf_command
hsl 2 own: limit_conn sub_filter
hsli 1 flag: gzip sendfile
hsli 1 own: charset root
hsli 1,2 own: expires
hsli 2+ own: error_page
hsli 2,3 own: add_header
hslix 1+ own: access_log
hslx 1 complex: auth_basic
hslx 1 own: allow auth_basic_user_file deny
l 0 own: empty_gif internal
l 1 own: alias
l 1+{ own: limit_except
lix 1 own: proxy_pass
m 0{ own: events http
m 1 enum: debug_points
m 1 flag: daemon master_process pcre_jit
m 1 msec: timer_resolution worker_shutdown_timeout
m 1 num: worker_rlimit_nofile
m 1 off: worker_rlimit_core
m 1 own: env worker_priority worker_processes
m 1 str: lock_file pid working_directory
m 1+ own: error_log worker_cpu_affinity
m 1,2 own: user
s 1+ own: listen server_name
sSli 0 own: break
sSli 1,2 own: return
sSli 2 own: set
sSli 2,3 own: rewrite
sl 0,1 own: stub_status
sl 1+{ own: if
sl 1,2{ own: location
sl 2+ own: try_files
u 0 own: ip_hash least_conn
u 0,1,2 own: random
u 1 msec: keepalive_time keepalive_timeout
u 1 num: keepalive_requests
u 1 own: keepalive
u 1+ own: server
u 1,2 own: hash zone
`;

export type ContextLetter = "m" | "e" | "h" | "s" | "l" | "S" | "i" | "x" | "u";

export interface DirectiveRule {
  readonly name: string;
  readonly contexts: string;
  readonly isBlock: boolean;
  readonly kind: string;
  /** Whether so many arguments are right. */
  readonly takes: (count: number) => boolean;
  readonly isModeled: boolean;
}

function takes(text: string): (count: number) => boolean {
  const more = /^(\d)\+$/.exec(text);
  if (more) return (count) => count >= Number(more[1]);
  const counts = new Set(text.split(",").map(Number));
  return (count) => counts.has(count);
}

function read(text: string, isModeled: boolean): DirectiveRule[] {
  return text
    .trim()
    .split("\n")
    .flatMap((line) => {
      const colon = line.indexOf(": ");
      const [contexts = "", args = "", kind = "own"] = line.slice(0, colon).split(" ");
      const isBlock = args.endsWith("{");
      const counted = takes(isBlock ? args.slice(0, -1) : args);
      return line
        .slice(colon + 2)
        .split(" ")
        .map((name) => ({ name, contexts, isBlock, kind, takes: counted, isModeled }));
    });
}

/** By name; a name may have several rules (`server` of http and of upstream). */
export const directiveRules: ReadonlyMap<string, readonly DirectiveRule[]> = [...read(MODELED, true), ...read(UNMODELED, false)].reduce(
  (all, rule) => all.set(rule.name, [...(all.get(rule.name) ?? []), rule]),
  new Map<string, DirectiveRule[]>(),
);
