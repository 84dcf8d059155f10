/** More configurations, as people write them for sites and applications; see cases.mjs. */
const up = "http://127.0.0.1:9001";
const as = (host, path = "/") => ({ host, path });
const agent = (path, headers) => ({ path, headers });

/** @type {ReadonlyArray<{name: string, config: string, http?: string, main?: string, files?: Record<string, string>, dechunk?: boolean, requests: ReadonlyArray<unknown>}>} */
export const MORE_CASES = [
  {
    name: "a React application with an API",
    config: `root html;
location /api/ { proxy_pass ${up}/; proxy_set_header Host $host; }
location /static/ { expires 1y; add_header Cache-Control "public, immutable"; try_files $uri =404; }
location = /index.html { add_header Cache-Control no-cache; }
location / { try_files $uri /index.html; }`,
    requests: [
      "/",
      "/login",
      "/api/users?page=2",
      "/static/none.js",
      "/page.html",
      "/docs",
      "POST /login",
      { method: "PUT", path: "/api/users/1", body: "{}", headers: { "Content-Type": "application/json" } },
    ],
  },
  {
    name: "a maintenance page",
    files: { "maintenance.on": "", "html/maintenance.html": "<h1>back soon</h1>\n" },
    config: `root html;
error_page 503 @maintenance;
location @maintenance { rewrite ^ /maintenance.html break; }
location / { if (-f maintenance.on) { return 503; } }
location /health { return 200 "ok\\n"; access_log off; }`,
    requests: ["/", "/any/thing", "/health", "POST /form", "HEAD /"],
  },
  {
    name: "old addresses by a map",
    http: "map $uri $new { /old-one /new/one; /old-two http://else.test/two; ~^/blog/(?<id>\\d+)$ /posts/$id; }",
    config: 'if ($new) { return 301 $new; }\nlocation / { return 200 "at $uri\\n"; }',
    requests: ["/old-one", "/old-two?x=1", "/blog/17", "/blog/x", "/new/one", "HEAD /old-one"],
  },
  {
    name: "blue and green",
    http: "upstream blue { server 127.0.0.1:9001; }\nupstream green { server 127.0.0.1:9002; }\nmap $http_x_color $pool { default blue; green green; }",
    config: "location / { proxy_pass http://$pool; add_header X-Pool $pool; }\nlocation /fixed/ { proxy_pass http://green/; }",
    requests: ["/who", agent("/who", { "X-Color": "green" }), agent("/who", { "X-Color": "red" }), "/fixed/who", "/status/500"],
  },
  {
    name: "weights and backups",
    http: "upstream app { server 127.0.0.1:9001 weight=5; server 127.0.0.1:9002 weight=2; server 127.0.0.1:9003 backup; }\nupstream three { server 127.0.0.1:9001 weight=2; server 127.0.0.1:9002 weight=1; server 127.0.0.1:9003 weight=4; }",
    config: "location /a/ { proxy_pass http://app/; }\nlocation /b/ { proxy_pass http://three/; }",
    requests: [...Array.from({ length: 9 }, () => "/a/who"), ...Array.from({ length: 9 }, () => "/b/who")],
  },
  {
    name: "dots and hidden files",
    files: { "html/.env": "SECRET=1\n", "html/.well-known/x": "known\n", "html/a.php": "<?php\n" },
    config: `root html;
location ~ /\\.well-known { allow all; }
location ~ /\\. { deny all; }
location ~ \\.php$ { return 404; }
location ~* \\.(?:css|js|txt)$ { expires 7d; access_log off; }`,
    requests: ["/.env", "/.well-known/x", "/a.php", "/style.css", "/note.txt", "/docs/.htaccess", "/NOTE.TXT"],
  },
  {
    name: "CORS",
    config: `location / {
if ($request_method = OPTIONS) { add_header Access-Control-Allow-Origin $http_origin; add_header Access-Control-Max-Age 1728000; add_header Content-Length 0; return 204; }
add_header Access-Control-Allow-Origin "*" always;
proxy_pass ${up}; }`,
    requests: [
      { method: "OPTIONS", path: "/x", headers: { Origin: "http://a.test" } },
      agent("/who", { Origin: "http://a.test" }),
      "/status/500",
      "OPTIONS /",
      "HEAD /who",
    ],
  },
  {
    name: "downloads",
    config: `root html;
location /get/ { alias html/; add_header Content-Disposition "attachment; filename=$uri"; default_type application/octet-stream; types { } }
location ~ ^/v(?<version>\\d+)/(?<file>.+)$ { alias html/$file; add_header X-Version $version; }
location /plain/ { alias html/; types { text/plain html; } }`,
    requests: ["/get/note.txt", "/get/none", "/v2/note.txt", "/v2/docs/index.html", "/vx/note.txt", "/plain/page.html", "/v2/docs"],
  },
  {
    name: "names of servers and the rest",
    config: `server { listen 8080; server_name api.shop.test; default_type application/json; return 200 '{"api": true}'; }
server { listen 8080; server_name ~^(?<tenant>[^.]+)\\.shop\\.test$; root html; location / { return 200 "tenant $tenant\\n"; } }
server { listen 8080; server_name shop.test www.shop.test; root html; }
server { listen 8080; server_name ""; return 400; }
server { listen 8080 default_server; return 404 "no such site\\n"; }`,
    requests: [
      as("api.shop.test"),
      as("ann.shop.test", "/x"),
      as("shop.test", "/page.html"),
      as("www.shop.test"),
      { raw: "GET / HTTP/1.0\r\n\r\n" },
      as("a.b.shop.test"),
      as("SHOP.test.", "/note.txt"),
    ],
  },
  {
    name: "rewriting arguments",
    config: `location /s { rewrite ^/s/(\\w+)/(\\w+)$ /show?a=$1&b=$2 last; rewrite ^/s/(\\w+)$ /show?a=$1? last; return 404; }
location /show { return 200 "$args|$arg_a|$arg_b|$uri\\n"; }
location /r { rewrite ^/r(.*)$ http://x.test$1?y=1 redirect; }
location /p { rewrite ^/p/(.*)$ /show/$1? permanent; }
location /q { if ($args ~ "^id=(\\d+)$") { set $id $1; rewrite ^ /show?a=$id? last; } return 200 "none\\n"; }`,
    requests: ["/s/1/2", "/s/1/2?c=3", "/s/1?c=3", "/s/", "/r/z?w=2", "/p/x%20y?z", "/q?id=7", "/q?id=x", "/r/a%3Fb"],
  },
  {
    name: "error pages by code and uri",
    config: `root html;
error_page 400 401 402 403 404 405 /errors/$status.html;
error_page 500 =503 /50x.html;
location /errors/ { internal; return 200 "page of $status $uri $request_uri\\n"; }
location /403 { deny all; }
location /500 { return 500; }
location /402 { return 402; }
location /410 { return 410; }`,
    requests: ["/nope", "/403", "/500", "/402", "/410", "POST /page.html", "/errors/404.html"],
  },
  {
    name: "nested prefixes and regexes",
    config: `location /a { return 200 "a\\n"; }
location /a/b { location ~ c$ { return 200 "a-b-c\\n"; } return 200 "a/b\\n"; }
location ^~ /a/x { location ~ y$ { return 200 "x-y\\n"; } return 200 "x\\n"; }
location ~ c$ { return 200 "c\\n"; }
location ~ y$ { return 200 "y\\n"; }
location ~* ^/UP { return 200 "up\\n"; }
location = /a/b/c { return 200 "exact\\n"; }`,
    requests: ["/a", "/a/b", "/a/b/d", "/a/b/dc", "/a/b/c", "/a/x", "/a/xy", "/zc", "/ay", "/Up/y", "/none"],
  },
  {
    name: "headers that nginx sets itself",
    config: `location / { return 200 "x"; add_header Server mine; add_header Date never; add_header Content-Type text/html; add_header Connection keep; add_header X-Status $status; add_header X-Sent $sent_http_content_type; }
location /two { return 302 /x; add_header Location /y; }`,
    requests: ["/", "HEAD /", "/two", "POST /", { path: "/", version: "1.0" }],
  },
  {
    name: "percent in paths",
    files: { "html/100%.txt": "hundred\n", "html/ä.txt": "umlaut\n", "html/a+b.txt": "plus\n", "html/q?.txt": "mark\n" },
    config:
      'root html;\nlocation /show { return 200 "$uri|$request_uri\\n"; }\nlocation /up/ { proxy_pass http://127.0.0.1:9001/base/; }\nautoindex on;\nindex none;',
    requests: ["/100%25.txt", "/%C3%A4.txt", "/a+b.txt", "/q%3F.txt", "/show/%41%2f%2e%2e/x", "/up/%C3%A4%20b?%20", "/show/a%2520b", "/"],
  },
  {
    name: "answers to HEAD and 1.0",
    config: `location /p/ { proxy_pass ${up}/; }\nlocation /r { return 200 "text\\n"; }\nlocation /c { return 301 /r; }\nroot html;`,
    requests: [
      { path: "/page.html", version: "1.0" },
      { path: "/p/chunked", version: "1.0" },
      { path: "/r", version: "1.0", host: null },
      { path: "/c", version: "1.0", host: null },
      "HEAD /p/big",
      "HEAD /c",
      { path: "/p/who", version: "1.0", headers: { Connection: "keep-alive" } },
      { raw: "GET /r\r\n" },
    ],
  },
  {
    name: "limits by name",
    http: "limit_req_zone $host zone=host:1m rate=2r/m;\nlimit_req_zone $http_x_key zone=key:1m rate=1r/m;\nlimit_req_status 429;",
    config:
      "limit_req zone=host burst=2 nodelay;\nlocation / { root html; }\nlocation /key { limit_req zone=key; alias html/note.txt; }\nlocation /both { limit_req zone=key burst=1 nodelay; limit_req zone=host burst=1 nodelay; alias html/note.txt; }",
    requests: [
      as("a.test"),
      as("a.test"),
      as("a.test"),
      as("a.test"),
      as("b.test"),
      agent("/key", { "X-Key": "1" }),
      agent("/key", { "X-Key": "1" }),
      "/key",
      agent("/both", { "X-Key": "2" }),
      agent("/both", { "X-Key": "2" }),
      agent("/both", { "X-Key": "2" }),
    ],
  },
  {
    name: "a proxy before a proxy",
    config: `server { listen 8080; location / { proxy_pass http://127.0.0.1:8081; proxy_set_header Host $host; proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for; } }
server { listen 8081; server_name inner.test; location / { proxy_pass ${up}; proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for; } location /file { root html; try_files /note.txt =404; } location /moved { return 301 /there; } }`,
    requests: [
      "/x",
      as("inner.test", "/file"),
      "/moved",
      as("inner.test", "/docs/?a=b"),
      "/status/404",
      agent("/x", { "X-Forwarded-For": "9.9.9.9" }),
    ],
  },
  {
    name: "slashes at the end",
    config: `location /app/ { proxy_pass ${up}; }
location = /exact { proxy_pass ${up}; }
location /both { proxy_pass ${up}; }
location /both/ { proxy_pass ${up}; }
location /ret/ { return 200 ret; }
root html;`,
    requests: ["/app", "/app?x=1", "/app/", "/exact", "/exact/", "/both", "/both/", "/ret", "/ret/"],
  },
  {
    name: "gzip for everybody",
    http: 'access_log off;\ngzip on;\ngzip_types text/plain application/javascript text/css;\ngzip_comp_level 6;\ngzip_http_version 1.0;\ngzip_proxied expired no-cache no-store private auth;\ngzip_disable "old";\ntypes { text/plain txt; text/css css; text/html html; }',
    config: "root html;\nlocation /s { alias html/big.txt; expires -1; }",
    requests: [
      { path: "/big.txt", version: "1.0", headers: { "Accept-Encoding": "gzip" } },
      agent("/big.txt", { "Accept-Encoding": "gzip", Via: "1.1 x" }),
      agent("/s", { "Accept-Encoding": "gzip", Via: "1.1 x" }),
      agent("/big.txt", { "Accept-Encoding": "gzip", "User-Agent": "very Old browser" }),
      agent("/big.txt", { "Accept-Encoding": "*" }),
      agent("/style.css", { "Accept-Encoding": "gzip, deflate" }),
      agent("/big.txt", { "Accept-Encoding": "gzip", Authorization: "x", Via: "x" }),
    ],
  },
  {
    name: "time limits and sizes that are accepted",
    http: "sendfile on; tcp_nopush on; tcp_nodelay on; client_header_timeout 10s; client_body_timeout 10s; send_timeout 10s; types_hash_max_size 2048; server_names_hash_bucket_size 64; reset_timedout_connection on; client_body_buffer_size 16k; client_header_buffer_size 1k; large_client_header_buffers 4 8k; open_file_cache max=100 inactive=20s; open_file_cache_valid 30s; open_file_cache_min_uses 2; open_file_cache_errors on; output_buffers_placeholder on;".replace(
      " output_buffers_placeholder on;",
      "",
    ),
    config: `root html;
location /p/ { proxy_pass ${up}/; proxy_buffering off; proxy_buffers 8 16k; proxy_buffer_size 8k; proxy_connect_timeout 5s; proxy_send_timeout 5s; proxy_read_timeout 5s; proxy_request_buffering off; proxy_max_temp_file_size 0; proxy_socket_keepalive on; }`,
    requests: ["/", "/p/who", "/p/big-header", { method: "POST", path: "/p/form", body: "a=1" }, "/nope"],
  },
  {
    name: "logs of several kinds",
    http: 'log_format main \'$remote_addr - $remote_user "$request" $status $body_bytes_sent "$http_referer" "$http_user_agent" "$http_x_forwarded_for"\';\nlog_format up \'$upstream_addr|$upstream_status|$upstream_response_length|$request_length|$bytes_sent|$connection|$connection_requests|$pipe|$request_method|$server_name|$host|$scheme|$args|$is_args|$request_completion\';',
    config: `access_log main.log main;
access_log up.log up;
root html;
location /p/ { proxy_pass ${up}/; }
location /two/ { proxy_pass http://127.0.0.1:9009; error_page 502 = /p/who; }`,
    requests: [
      agent("/", { "User-Agent": "t/1", Referer: 'http://r.test/?a="b"' }),
      "/p/who?x=1",
      "/two/x",
      { raw: "GET /p/who HTTP/1.1\r\nHost: a\r\n\r\nGET /nope HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n" },
      agent("/p/status/404", { Authorization: `Basic ${btoa("ann:x")}` }),
    ],
  },
  {
    name: "if is what it is",
    config: `location /a { set $x 0; if ($arg_a) { set $x 1; add_header X-A 1; } if ($arg_b) { set $x 2; add_header X-B 1; } return 200 "$x\\n"; }
location /b { if ($arg_p) { proxy_pass ${up}; } root html; }
location /c { add_header X-C 1; if ($arg_q = "") { return 403; } try_files /note.txt =404; root html; }
location /d { if ($http_cookie ~ "id=(\\w+)") { return 200 "id $1\\n"; } return 200 "no id\\n"; }
location /e { if ($uri ~ ^/e/(.+)$) { set $rest $1; } return 200 "rest=$rest\\n"; }
location /f { if ($request_uri ~ "\\?") { rewrite ^ $uri? permanent; } return 200 "clean\\n"; }`,
    requests: [
      "/a",
      "/a?a=1",
      "/a?b=1",
      "/a?a=1&b=1",
      "/b/who?p=1",
      "/b",
      "/c",
      "/c?q=1",
      agent("/d", { Cookie: "x=1; id=ann" }),
      "/d",
      "/e/xyz",
      "/f?z=1",
      "/f",
    ],
  },
  {
    name: "wildcards of map and geo",
    http: 'map $http_user_agent $kind { default desktop; ~*mobile|android phone; "" nobody; }\nmap $request_method:$uri $what { default other; GET:/a get-a; ~^POST: post; }\ngeo $remote_addr $where { default out; 127.0.0.1/32 in; }\nmap $where$kind $pair { inphone yes; default no; }',
    config: 'location / { return 200 "$kind $what $where $pair\\n"; }',
    requests: [
      agent("/a", { "User-Agent": "Mobile Safari" }),
      agent("/a", { "User-Agent": "curl" }),
      "/a",
      "POST /x",
      agent("/z", { "User-Agent": "ANDROID" }),
    ],
  },
  {
    name: "an upstream that answers oddly",
    config: `location / { proxy_pass ${up}; proxy_hide_header Content-Type; proxy_hide_header X-Server; }
location /ct/ { proxy_pass ${up}/; default_type text/x-default; }
location /ignored/ { proxy_pass ${up}/; proxy_ignore_headers Cache-Control Expires; }`,
    requests: ["/x", "/ct/no-type", "/ct/to-the-end", "/ignored/headers", "/status/299", "/ct/status/201", "HEAD /ct/chunked"],
  },
];
