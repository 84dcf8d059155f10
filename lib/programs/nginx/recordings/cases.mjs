/**
 * Configurations and requests. `config`: what stands in one server (or whole servers, where it says "server {"); `http` and `main`: what
 * stands around; `files`: more files. A request is "GET /path", a path, or its parts; see normalize.mjs.
 */
const up = "http://127.0.0.1:9001";
const dead = "http://127.0.0.1:9009";
const as = (host, path = "/") => ({ host, path });
const agent = (path, headers) => ({ path, headers });

/** @type {ReadonlyArray<{name: string, config: string, http?: string, main?: string, files?: Record<string, string>, dechunk?: boolean, requests: ReadonlyArray<unknown>}>} */
export const CASES = [
  {
    name: "files",
    config: "root html;",
    requests: ["/", "/page.html", "/note.txt", "/nope", "/docs", "/docs/", "/noext", "/style.css", "/docs/a%20b.txt", "/empty/"],
  },
  {
    name: "files with types",
    config: "root html;",
    http: "types { text/html html; text/plain txt; text/css css; application/json json; }\ndefault_type application/octet-stream;",
    requests: ["/page.html", "/note.txt", "/style.css", "/data.json", "/noext"],
  },
  {
    name: "methods on files",
    config: "root html;",
    requests: [
      "HEAD /page.html",
      "POST /page.html",
      "PUT /page.html",
      "DELETE /note.txt",
      "OPTIONS /",
      "POST /",
      "HEAD /nope",
      "TRACE /",
      { method: "POST", path: "/page.html", body: "a=1" },
    ],
  },
  {
    name: "permissions",
    config: "root html;\nlocation /locked/ { autoindex on; }",
    requests: ["/private.txt", "/locked/x.txt", "/locked/", "/locked", "/note.txt/x"],
  },
  {
    name: "strange paths",
    config: "root html;",
    requests: [
      "//page.html",
      "/./page.html",
      "/docs/../page.html",
      "/docs//guide/./start.html",
      "/../etc/passwd",
      "/%2e%2e/x",
      "/page.html?x=1",
      "/page%2ehtml",
      "/%zz",
      "/docs?x=1&y=2",
      "/page.html#frag",
      "/a%00b",
    ],
  },
  {
    name: "merge_slashes off",
    config: "root html;\nmerge_slashes off;\nlocation //x/ { return 200 doubled; }",
    requests: ["//x/", "/docs//guide/start.html", "///", "/x/", "//page.html"],
  },
  {
    name: "wrong requests",
    config: "root html;",
    requests: [
      { raw: "GET / HTTP/1.1\r\n\r\n" },
      { raw: "get / HTTP/1.1\r\nHost: a\r\n\r\n" },
      { raw: "GET  HTTP/1.1\r\nHost: a\r\n\r\n" },
      { raw: "GET / HTTP/3.0\r\nHost: a\r\n\r\n" },
      { raw: "GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n" },
      { raw: "GET / HTTP/1.1\r\nHost: a/b\r\n\r\n" },
      { raw: "GET / HTTP/1.1\r\nHost: a\r\nContent-Length: x\r\n\r\n" },
      { raw: "nonsense\r\n\r\n" },
      { raw: "GET page.html HTTP/1.1\r\nHost: a\r\n\r\n" },
      { raw: "GET /page.html\r\n" },
      { raw: "GET /page.html HTTP/1.0\r\n\r\n" },
      { raw: "GET / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: gzip\r\n\r\n" },
      { raw: "GET / HTTP/1.1\r\nHost: a\r\nbad header: x\r\n\r\n" },
    ],
  },
  {
    name: "long requests",
    config: "root html;",
    requests: [
      { path: `/${"u".repeat(9000)}` },
      { path: "/", headers: { "X-Long": "h".repeat(9000) } },
      { path: "/page.html", headers: { Cookie: "c".repeat(4000) } },
      { path: "/", headers: Object.fromEntries(Array.from({ length: 6 }, (_, at) => [`X-${at}`, "h".repeat(7000)])) },
      { path: `/page.html?${"q".repeat(2000)}` },
    ],
  },
  {
    name: "keepalive",
    config: "root html;\nkeepalive_timeout 20s 15s;\nkeepalive_requests 3;",
    requests: [
      { raw: "GET /page.html HTTP/1.1\r\nHost: a\r\n\r\nGET /note.txt HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n" },
      { raw: "GET /page.html HTTP/1.0\r\nConnection: keep-alive\r\n\r\nGET /nope HTTP/1.0\r\n\r\n" },
      {
        raw: "GET /nope HTTP/1.1\r\nHost: a\r\n\r\nGET /nope HTTP/1.1\r\nHost: a\r\n\r\nGET /page.html HTTP/1.1\r\nHost: a\r\n\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\n",
      },
      {
        raw: "POST /page.html HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhelloGET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n",
      },
      { raw: "HEAD / HTTP/1.1\r\nHost: a\r\n\r\nGET /note.txt HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n" },
    ],
  },
  {
    name: "keepalive off",
    config: "root html;\nkeepalive_timeout 0;",
    requests: [
      { raw: "GET / HTTP/1.1\r\nHost: a\r\n\r\n" },
      { raw: "GET /nope HTTP/1.1\r\nHost: a\r\n\r\n" },
      "/page.html",
      { raw: "GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n" },
      "HEAD /",
    ],
  },
  {
    name: "location precedence",
    config: `location = / { return 200 exact-root; }
location / { return 200 root; }
location /images/ { return 200 images; }
location ^~ /static/ { return 200 static; }
location ~ \\.(png|jpg)$ { return 200 picture; }
location ~* \\.GIF$ { return 200 gif; }
location /static/deep/ { return 200 deep; }
location = /images/x.png { return 200 exact-png; }`,
    requests: [
      "/",
      "/index.html",
      "/images/a",
      "/images/a.png",
      "/static/a.png",
      "/static/deep/a.png",
      "/images/x.png",
      "/a.gif",
      "/A.GiF",
      "/a.PNG",
      "/other.jpg",
    ],
  },
  {
    name: "nested locations",
    config: `location /app/ {
  location ~ \\.php$ { return 200 app-php; }
  location /app/admin/ { return 200 admin; }
  location = /app/exact { return 200 app-exact; }
  return 200 app;
}
location ~ \\.php$ { return 200 php; }`,
    requests: ["/app/", "/app/x.php", "/app/admin/", "/app/admin/x.php", "/app/exact", "/x.php", "/app"],
  },
  {
    name: "regex order and captures",
    config: `location ~ ^/user/(\\d+)/(\\w+)$ { return 200 "id=$1 name=$2\\n"; }
location ~ ^/(?<section>[a-z]+)/(?<rest>.*)$ { return 200 "section=$section rest=$rest\\n"; }
location ~ ^/user { return 200 never; }`,
    requests: ["/user/12/ann", "/user/x/ann", "/a/b/c", "/user/12/", "/1/2", "/user"],
  },
  {
    name: "server names",
    config: `server { listen 8080 default_server; server_name _; return 200 default; }
server { listen 8080; server_name example.test www.example.test; return 200 example; }
server { listen 8080; server_name *.example.test; return 200 "front $host"; }
server { listen 8080; server_name mail.*; return 200 end; }
server { listen 8080; server_name ~^(?<sub>[a-z]+)\\.re\\.test$; return 200 "regex $sub"; }
server { listen 8080; server_name .dot.test; return 200 dot; }`,
    requests: [
      as("example.test"),
      as("www.example.test"),
      as("a.example.test"),
      as("a.b.example.test"),
      as("mail.any.thing"),
      as("ann.re.test"),
      as("dot.test"),
      as("x.dot.test"),
      as("EXAMPLE.TEST"),
      as("nobody.test"),
      as("example.test.:8080"),
      { raw: "GET / HTTP/1.0\r\n\r\n" },
    ],
  },
  {
    name: "conflicting and default servers",
    config: `server { listen 8080; server_name a.test; return 200 first; }
server { listen 8080; server_name a.test b.test; return 200 second; }
server { listen 127.0.0.1:8080; server_name a.test; return 200 third; }
server { listen 8081; server_name c.test; return 200 "port $server_port"; }`,
    requests: [as("a.test"), as("b.test"), as("zzz.test"), as("c.test"), as("")],
  },
  {
    name: "root and alias",
    config: `root html;
location /other/ { root .; }
location /al/ { alias other/; }
location /al-file { alias html/note.txt; }
location ~ ^/dl/(.+)\\.bin$ { alias html/$1.txt; }
location /docs2 { alias html/docs; }`,
    requests: [
      "/other/note.txt",
      "/al/note.txt",
      "/al/",
      "/al",
      "/al-file",
      "/dl/note.bin",
      "/dl/none.bin",
      "/docs2/",
      "/docs2/guide",
      "/page.html",
    ],
  },
  {
    name: "index",
    config:
      "root html;\nindex none.html index.html /page.html;\nlocation /empty/ { index x.html; }\nlocation /docs/ { index start.html guide/start.html; }\nlocation /last/ { index a.html /note.txt; }",
    requests: ["/", "/empty/", "/docs/", "/last/", "/docs/guide/", "POST /"],
  },
  {
    name: "try_files",
    config: `root html;
location / { try_files $uri $uri/ =404; }
location /spa/ { try_files $uri /index.html; }
location /named/ { try_files $uri @back; }
location /args/ { try_files $uri /page.html?q=$uri; }
location /gone/ { try_files $uri =410; }
location @back { return 200 "back $uri\\n"; }`,
    requests: ["/", "/page.html", "/docs", "/docs/", "/nope", "/spa/x/y", "/named/x", "/args/x", "/gone/x", "/empty/", "POST /named/x"],
  },
  {
    name: "try_files with alias",
    config: `location /al/ { alias html/; try_files $uri $uri/ /page.html; }
location /page.html { root html; }
location ~ ^/re/(.*)$ { alias html/$1; try_files "" =404; }`,
    requests: ["/al/note.txt", "/al/docs/", "/al/docs", "/al/nope", "/page.html", "/re/note.txt"],
  },
  {
    name: "try_files loops",
    config: "root html;\nlocation / { try_files $uri /nowhere; }\nlocation /n/ { try_files $uri @nobody; }\nlocation /page.html { }",
    requests: ["/", "/x", "/n/x", "/page.html", "/nowhere"],
  },
  {
    name: "autoindex",
    config:
      "root html;\nautoindex on;\nlocation /docs/ { autoindex_exact_size off; index none; }\nlocation /json/ { alias html/; autoindex_format json; index none; }\nlocation /empty/ { }",
    requests: ["/empty/", "/docs/", "/docs/guide/", "HEAD /docs/", "POST /docs/", "/json/docs/", "/nope/"],
  },
  {
    name: "error pages",
    config: `root html;
error_page 404 /404.html;
error_page 500 502 503 504 /50x.html;
location = /50x.html { }
location /one { return 500; }
location /two { return 403; }
location /three { return 503 "own text"; }
location /four { error_page 404 =200 /page.html; }
location /five { error_page 404 = /page.html; }`,
    requests: ["/nope", "/one", "/two", "/three", "/four/x", "/five/x", "/404.html", "HEAD /nope", "POST /nope"],
  },
  {
    name: "error pages elsewhere",
    config: `root html;
location /named/ { error_page 404 @missing; }
location /named2/ { error_page 404 = @missing; }
location /named3/ { error_page 404 =418 @missing; }
location /out/ { error_page 404 http://example.test/gone; }
location /out301/ { error_page 404 =301 http://example.test/gone?u=$uri; }
location /missing-page/ { error_page 404 /none.html; }
location /var/ { error_page 404 /docs/$arg_f; }
location @missing { return 200 "missing $uri\\n"; }`,
    requests: ["/named/x", "/named2/x", "/named3/x", "/out/x", "/out301/x", "/missing-page/x", "/var/x?f=index.html", "/var/x"],
  },
  {
    name: "recursive error pages",
    config: `root html;
recursive_error_pages on;
error_page 404 /a;
location /a { error_page 403 =200 /page.html; return 403; }
location /b { error_page 405 /note.txt; }
location /c { error_page 404 /c; }`,
    requests: ["/nope", "POST /b", "/c/x", "/a", "PUT /b/x"],
  },
  {
    name: "return",
    config: `location /a { return 200 "text\\n"; }
location /b { return 301 /a; }
location /c { return 302 http://example.test$request_uri; }
location /d { return http://example.test/; }
location /e { return 404; }
location /f { return 418; }
location /g { return 204; }
location /h { return 307 "/a?x=$arg_x"; }
location /i.json { default_type application/json; return 200 '{"a": "$arg_a"}'; }
location /j { return 444; }
location /k { return 500 "broken\\n"; }
location /l { return 303 a; }
location /m { return 308 //x/y; }
location /n { return 200; }`,
    requests: ["/a", "/b", "/c?x=1", "/d", "/e", "/f", "/g", "/h?x=2", "/i.json?a=b", "/j", "/k", "/l", "/m", "/n", "HEAD /a", "POST /a"],
  },
  {
    name: "redirects",
    config: `root html;
server_name one.test two.test;
location /rel { absolute_redirect off; return 301 /a; }
location /docs { absolute_redirect off; }
location /noport { port_in_redirect off; return 301 /a; }
location /name { server_name_in_redirect on; return 301 /a; }
location /empty { }`,
    requests: [
      "/rel",
      "/docs",
      as("two.test:8080", "/noport"),
      as("two.test", "/name"),
      as("whatever.test", "/empty"),
      { raw: "GET /empty HTTP/1.0\r\n\r\n" },
    ],
  },
  {
    name: "rewrite",
    config: `root html;
rewrite ^/old/(.*)$ /$1 last;
rewrite ^/perm/(.*)$ /$1 permanent;
rewrite ^/temp/(.*)$ /$1? redirect;
rewrite ^/away/(.*)$ http://example.test/$1;
location /x/ { rewrite ^/x/(.*)$ /$1 break; }
location /y/ { rewrite ^/y/(.*)$ /$1 last; }
location /z/ { rewrite ^/z/(\\w+)$ /show?name=$1; }
location /show { return 200 "uri=$uri args=$args\\n"; }
location /w/ { rewrite ^/w/(.*)$ /show?keep=$1? last; }`,
    requests: [
      "/old/page.html",
      "/perm/a?x=1",
      "/temp/a?x=1",
      "/away/a?x=1",
      "/x/note.txt",
      "/y/page.html",
      "/z/ann?x=1",
      "/w/bob?x=1",
      "/old/a%20b",
      "/perm/a%20b",
      "/y/nope",
    ],
  },
  {
    name: "rewrite in circles",
    config: `location /a { rewrite ^ /b last; }
location /b { rewrite ^ /a last; }
location /c { rewrite ^/c/(.*)$ /c/x/$1 last; return 200 "c $uri"; }
location /d { rewrite ^/d$ /e; rewrite ^/e$ /f; }
location /f { return 200 f; }
location /g { rewrite ^ "" ; }`.replace('rewrite ^ "" ;', "return 200 g;"),
    requests: ["/a", "/b", "/c/1", "/d", "/f", "/g"],
  },
  {
    name: "rewrite then break and set",
    config: `set $where server;
location /a { set $where "a-$where"; break; return 200 never; }
location /b { set $x $arg_x; set $y "\${x}!"; return 200 "$x $y $where\\n"; }
location /c { break; rewrite ^ /b last; }
location /d { set $args new=1; return 200 "$args $query_string $is_args\\n"; }
root html;`,
    requests: ["/a", "/b?x=1", "/b", "/c", "/d?old=1"],
  },
  {
    name: "if",
    config: `root html;
if ($request_method = POST) { return 405; }
if ($http_x_secret ~* "^open(.*)$") { set $door "open$1"; }
if ($arg_mobile) { rewrite ^ /page.html break; }
if (-f html$uri.txt) { return 200 "text file\\n"; }
if (!-e html$uri) { set $missing yes; }
location / { if ($arg_a = 1) { return 200 "one\\n"; } if ($arg_a != 2) { set $b "not two"; } return 200 "b=$b door=$door missing=$missing\\n"; }
location /h/ { add_header X-Outer 1; if ($arg_q) { add_header X-Inner 2; } alias html/; }
location /neg { if ($http_user_agent !~ curl) { return 200 "no curl\\n"; } return 200 "curl\\n"; }`,
    requests: [
      "/x?a=1",
      "/x?a=2",
      "/page.html",
      "POST /x",
      agent("/x", { "X-Secret": "OpenSesame" }),
      "/x?mobile=1",
      "/note",
      "/h/note.txt",
      "/h/note.txt?q=1",
      agent("/neg", { "User-Agent": "curl/8" }),
      "/neg",
      "/x?mobile=0",
    ],
  },
  {
    name: "if file tests",
    config: `location / { root html;
if (-d html$uri) { return 200 "directory\\n"; }
if (-f html$uri) { return 200 "file\\n"; }
if (!-e html$uri) { return 200 "nothing\\n"; }
}`,
    requests: ["/docs", "/page.html", "/nope", "/docs/", "/noext/x"],
  },
  {
    name: "map",
    http: `map $arg_k $v { default other; a first; "b c" second; ~^re(\\d+)$ "number $1"; ~*^case case; \\default literal; "" nothing; }
map $http_host $site { hostnames; default none; *.front.test front; exact.test exact; .both.test both; mail.* mail; }
map $uri $computed { default $arg_k; /x "x-$arg_k"; }`,
    config: `location / { return 200 "v=$v site=$site c=$computed\\n"; }`,
    requests: [
      "/?k=a",
      "/?k=b%20c",
      "/?k=re42",
      "/?k=CASEY",
      "/?k=default",
      "/?k=",
      "/x?k=1",
      "/?k=A",
      as("a.front.test"),
      as("exact.test"),
      as("both.test"),
      as("mail.x.y"),
    ],
  },
  {
    name: "geo and split_clients",
    http: `geo $net { default far; 127.0.0.0/8 near; 127.0.0.1 here; 10.0.0.0/8 ten; }
geo $arg_ip $by { 10.1.0.0/16 one; 10.1.2.0/24 two; }
split_clients "$arg_id" $group { 30% a; 20.5% b; * c; }
split_clients "\${arg_id}salt" $other { 50% x; }`,
    config: `location / { return 200 "$net $by $group [$other]\\n"; }`,
    requests: [
      "/?id=1&ip=10.1.2.3",
      "/?id=2&ip=10.1.9.9",
      "/?id=3",
      "/?id=ann",
      "/?id=bob&ip=nonsense",
      "/?id=",
      "/?id=carol",
      "/?id=dave",
      "/?id=erin",
      "/?id=frank&ip=1.2.3.4",
    ],
  },
  {
    name: "variables",
    config: `location / { return 200 "$request_method $request_uri $uri $args $is_args $query_string
$host $http_host $server_name $server_addr $server_port $server_protocol $scheme [$https]
$remote_addr $document_root $request_filename $document_uri
$arg_a $arg_B $cookie_c $http_x_y $content_type $content_length $request_completion $nginx_version $request
"; root html; }`,
    requests: [
      "/a%20b?a=1&b=2",
      { path: "/x?", headers: { Cookie: "d=1; c=2", "X-Y": "z", "Content-Type": "t/x" } },
      { method: "POST", path: "/p?B=3&a=", body: "xyz", host: "Some.Host:99" },
      { raw: "GET http://abs.test:81/p?q HTTP/1.1\r\nHost: other\r\nConnection: close\r\n\r\n" },
      { raw: "GET /v HTTP/1.0\r\n\r\n" },
    ],
  },
  {
    name: "internal",
    config: `root html;
location /secret/ { internal; alias files/; }
location /give { rewrite ^ /secret/secret.txt last; }
location = /404.html { internal; }
error_page 404 /404.html;
location /try { try_files /none /secret/secret.txt; }`,
    requests: ["/secret/secret.txt", "/give", "/404.html", "/nope", "/try"],
  },
  {
    name: "headers",
    config: `root html;
add_header X-Server one;
add_header X-Always two always;
location /inner { alias html/note.txt; add_header X-Inner "$uri"; }
location /empty { return 200 ok; add_header X-Empty ""; }
location /err { return 404; }
location /cc { add_header Cache-Control private; add_header Cache-Control max-age=1; return 200 ok; }
location /lm { alias html/note.txt; add_header Last-Modified ""; add_header ETag "mine"; }`,
    requests: ["/page.html", "/nope", "/inner", "/empty", "/err", "/cc", "/lm", "/docs"],
  },
  {
    name: "expires",
    config: `root html;
location /1h { alias html/note.txt; expires 1h; }
location /neg { alias html/note.txt; expires -1; }
location /max { alias html/note.txt; expires max; }
location /epoch { alias html/note.txt; expires epoch; }
location /off { alias html/note.txt; expires off; }
location /0 { alias html/note.txt; expires 0; }
location /mod { alias html/note.txt; expires modified +1d; }
location /var { alias html/note.txt; expires $arg_e; }
location /err { expires 1h; return 404; }`,
    requests: ["/1h", "/neg", "/max", "/epoch", "/off", "/0", "/mod", "/var?e=2h", "/var?e=nonsense", "/err"],
  },
  {
    name: "conditions",
    config:
      "root html;\nlocation /before/ { alias html/; if_modified_since before; }\nlocation /off/ { alias html/; if_modified_since off; }\nlocation /noetag/ { alias html/; etag off; }",
    requests: [
      agent("/note.txt", { "If-Modified-Since": "Mon, 01 Jan 2024 12:00:00 GMT" }),
      agent("/note.txt", { "If-Modified-Since": "Tue, 02 Jan 2024 12:00:00 GMT" }),
      agent("/before/note.txt", { "If-Modified-Since": "Tue, 02 Jan 2024 12:00:00 GMT" }),
      agent("/off/note.txt", { "If-Modified-Since": "Mon, 01 Jan 2024 12:00:00 GMT" }),
      agent("/note.txt", { "If-None-Match": '"6592ab40-b"' }),
      agent("/note.txt", { "If-None-Match": '"x", W/"6592ab40-b"' }),
      agent("/note.txt", { "If-None-Match": '"x"' }),
      agent("/note.txt", { "If-Match": '"x"' }),
      agent("/note.txt", { "If-Unmodified-Since": "Mon, 01 Jan 2023 12:00:00 GMT" }),
      "/noetag/note.txt",
      agent("/note.txt", { "If-None-Match": "*" }),
    ],
  },
  {
    name: "ranges",
    config: "root html;\nlocation /one/ { alias html/; max_ranges 1; }\nlocation /none/ { alias html/; max_ranges 0; }",
    requests: [
      agent("/note.txt", { Range: "bytes=0-3" }),
      agent("/note.txt", { Range: "bytes=4-" }),
      agent("/note.txt", { Range: "bytes=-3" }),
      agent("/note.txt", { Range: "bytes=50-60" }),
      agent("/note.txt", { Range: "bytes=0-1,4-5" }),
      agent("/note.txt", { Range: "bytes=x" }),
      agent("/note.txt", { Range: "bytes=0-100" }),
      agent("/one/note.txt", { Range: "bytes=0-1,4-5" }),
      agent("/none/note.txt", { Range: "bytes=0-1" }),
      agent("/note.txt", { Range: "bytes=0-3", "If-Range": '"6592ab40-b"' }),
      agent("/note.txt", { Range: "bytes=0-3", "If-Range": '"no"' }),
      { method: "HEAD", path: "/note.txt", headers: { Range: "bytes=0-3" } },
    ],
  },
  {
    name: "gzip",
    http: "access_log off;\ntypes { text/html html; text/plain txt; text/css css; application/json json; }",
    config: `root html;
gzip on; gzip_min_length 10; gzip_types text/plain application/json; gzip_vary on;
location /long { gzip_min_length 1000; alias html/note.txt; }
location /off { gzip off; alias html/big.txt; }
location /any { gzip_types *; alias html/style.css; }`,
    requests: [
      agent("/page.html", { "Accept-Encoding": "gzip" }),
      agent("/big.txt", { "Accept-Encoding": "br, gzip;q=0.5" }),
      agent("/big.txt", { "Accept-Encoding": "gzip;q=0" }),
      "/big.txt",
      agent("/style.css", { "Accept-Encoding": "gzip" }),
      agent("/long", { "Accept-Encoding": "gzip" }),
      agent("/off", { "Accept-Encoding": "gzip" }),
      agent("/any", { "Accept-Encoding": "gzip" }),
      agent("/nope", { "Accept-Encoding": "gzip" }),
      agent("/big.txt", { "Accept-Encoding": "gzip", Via: "1.1 proxy" }),
      { method: "HEAD", path: "/big.txt", headers: { "Accept-Encoding": "gzip" } },
      { path: "/big.txt", version: "1.0", headers: { "Accept-Encoding": "gzip" } },
    ],
  },
  {
    name: "gzip of an upstream",
    config: `access_log off;
gzip on; gzip_types application/json text/plain; gzip_proxied any;
location /app/ { proxy_pass ${up}; }
location /plain/ { gzip_proxied off; proxy_pass ${up}/; }`,
    requests: [
      agent("/app/json", { "Accept-Encoding": "gzip" }),
      agent("/app/big", { "Accept-Encoding": "gzip" }),
      agent("/app/chunked", { "Accept-Encoding": "gzip" }),
      "/app/json",
      agent("/plain/json", { "Accept-Encoding": "gzip", Via: "x" }),
      agent("/app/status/404", { "Accept-Encoding": "gzip" }),
    ],
  },
  {
    name: "charset",
    config: `root html; charset utf-8;
location /txt { alias html/note.txt; default_type text/plain; types { } }
location /css { alias html/style.css; default_type text/css; types { } }
location /off { charset off; return 200 x; }
location /app/ { proxy_pass ${up}; }
location /r { return 301 /; }`,
    requests: ["/page.html", "/txt", "/css", "/off", "/app/json", "/app/status/200", "/r", "/nope"],
  },
  {
    name: "server_tokens off",
    config:
      "root html;\nserver_tokens off;\nlocation /on { server_tokens on; return 404; }\nlocation /build { server_tokens build; return 404; }",
    requests: ["/", "/nope", "/on", "/build", "POST /page.html"],
  },
  {
    name: "body size",
    config: `client_max_body_size 10;
location / { proxy_pass ${up}; }
location /big/ { client_max_body_size 1k; proxy_pass ${up}/; }
location /any/ { client_max_body_size 0; proxy_pass ${up}/; }
location /return { return 200 ok; }`,
    requests: [
      { method: "POST", path: "/", body: "1234567890" },
      { method: "POST", path: "/", body: "12345678901" },
      { method: "POST", path: "/big/x", body: "x".repeat(100) },
      { method: "POST", path: "/any/x", body: "x".repeat(2000) },
      { method: "POST", path: "/return", body: "x".repeat(100) },
      { raw: "POST / HTTP/1.1\r\nHost: a\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n" },
      { raw: "POST / HTTP/1.1\r\nHost: a\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n\r\nb\r\nhello hello\r\n0\r\n\r\n" },
    ],
  },
  {
    name: "allow and deny",
    config: `root html;
location /closed/ { deny all; }
location /open/ { allow 127.0.0.1; deny all; alias html/; }
location /net/ { allow 10.0.0.0/8; deny 127.0.0.0/8; allow all; alias html/; }
location /page.html { deny all; error_page 403 =200 /note.txt; }
location /except { limit_except GET { deny all; } return 200 never; }
location /except2/ { limit_except GET POST { deny all; } alias html/; }`,
    requests: [
      "/closed/",
      "/open/note.txt",
      "/net/note.txt",
      "/page.html",
      "/except",
      "POST /except",
      "PUT /except2/note.txt",
      "/except2/note.txt",
      "HEAD /except2/note.txt",
    ],
  },
  {
    name: "passwords",
    files: { htpasswd: "# people\nann:$apr1$abcdefgh$ehc9RK8I90vb0u7EcGPaT.\nbob:{SHA}5en6G6MezRroT3XKqkdPOmY/BfQ=\ncid:{PLAIN}secret\n" },
    config: `root html;
auth_basic "members"; auth_basic_user_file htpasswd;
location /open/ { auth_basic off; alias html/; }
location /lost/ { auth_basic_user_file none; }
location /any/ { satisfy any; allow 127.0.0.1; deny all; alias html/; }
location /any2/ { satisfy any; deny all; alias html/; }`,
    requests: [
      "/",
      agent("/page.html", { Authorization: `Basic ${btoa("ann:secret")}` }),
      agent("/page.html", { Authorization: `Basic ${btoa("bob:secret")}` }),
      agent("/page.html", { Authorization: `Basic ${btoa("cid:secret")}` }),
      agent("/page.html", { Authorization: `Basic ${btoa("cid:wrong")}` }),
      agent("/page.html", { Authorization: `Basic ${btoa("dan:x")}` }),
      "/open/note.txt",
      agent("/lost/x", { Authorization: `Basic ${btoa("ann:secret")}` }),
      "/any/note.txt",
      "/any2/note.txt",
      agent("/any2/note.txt", { Authorization: `Basic ${btoa("bob:secret")}` }),
      agent("/", { Authorization: "Bearer x" }),
    ],
  },
  {
    name: "request limits",
    http: "limit_req_zone $binary_remote_addr zone=one:1m rate=1r/m;\nlimit_req_zone $arg_k zone=two:1m rate=100r/s;",
    config: `root html;
location /a { limit_req zone=one; return 404; alias html/note.txt; }
location /b { limit_req zone=one; alias html/note.txt; }
location /c { limit_req zone=one burst=1 nodelay; limit_req_status 429; limit_req_log_level warn; alias html/note.txt; }
location /d { limit_req zone=two burst=5; alias html/note.txt; }
location /e { limit_req zone=one; limit_req_dry_run on; alias html/note.txt; }`,
    requests: ["/a", "/b", "/b", "/c", "/c", "/c", "/d?k=1", "/d?k=1", "/d", "/e"],
  },
  {
    name: "connection limits",
    http: "limit_conn_zone $server_name zone=srv:1m;\nlimit_conn_zone $arg_k zone=k:1m;",
    config:
      "root html;\nlimit_conn srv 1; limit_conn_log_level warn;\nlocation /k { limit_conn k 1; limit_conn_status 429; return 200 k; }",
    requests: ["/", "/page.html", "/k?k=1", "/k", "/nope"],
  },
  {
    name: "proxying",
    config: `location / { proxy_pass ${up}; }
location /sub/ { proxy_pass ${up}/base/; }
location /nosl { proxy_pass ${up}/nosl2; }
location ~ ^/re/ { proxy_pass ${up}; }
location = /exact { proxy_pass ${up}/other?x=1; }`,
    requests: [
      "/",
      "/a%20b?x=1",
      "/sub/x/y?z",
      "/nosl/abc",
      "/nosl",
      "/re/x%2Fy",
      "/exact?q=2",
      { method: "POST", path: "/form", body: "a=1&b=2", headers: { "Content-Type": "application/x-www-form-urlencoded" } },
      { path: "/h", headers: { "X-One": "1", Cookie: "a=b", "Accept-Encoding": "gzip", "Keep-Alive": "5", TE: "trailers", Upgrade: "x" } },
      "HEAD /status/200",
      "/sub",
      "//double//x/../y",
    ],
  },
  {
    name: "proxy headers",
    config: `proxy_set_header X-Real-IP $remote_addr;
proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;
proxy_set_header X-Forwarded-Proto $scheme;
location / { proxy_pass ${up}; }
location /host/ { proxy_set_header Host $host; proxy_pass ${up}; }
location /http-host/ { proxy_set_header Host $http_host; proxy_set_header X-Empty ""; proxy_pass ${up}; }
location /drop/ { proxy_set_header Accept-Encoding ""; proxy_set_header X-Secret ""; proxy_pass ${up}; }
location /11/ { proxy_http_version 1.1; proxy_set_header Connection ""; proxy_pass ${up}; }
location /body/ { proxy_set_body "given $arg_x"; proxy_method PUT; proxy_pass ${up}; }
location /nobody/ { proxy_pass_request_body off; proxy_set_header Content-Length ""; proxy_pass ${up}; }
location /nohead/ { proxy_pass_request_headers off; proxy_pass ${up}; }`,
    requests: [
      agent("/", { "X-Forwarded-For": "1.2.3.4" }),
      as("Some.test:8080", "/host/x"),
      as("Some.test:8080", "/http-host/x"),
      agent("/drop/x", { "Accept-Encoding": "gzip", "X-Secret": "s", "X-Kept": "k" }),
      "/11/x",
      "/body/x?x=1",
      { method: "POST", path: "/nobody/x", body: "lost" },
      agent("/nohead/x", { "X-Lost": "1" }),
    ],
  },
  {
    name: "proxy answers",
    config: `location / { proxy_pass ${up}; }
location /app/ { proxy_pass ${up}/; proxy_hide_header X-Powered-By; proxy_pass_header Server; proxy_pass_header X-Pad; }`,
    requests: [
      "/headers",
      "/app/headers",
      "/chunked",
      "/to-the-end",
      "/no-type",
      "/status/500",
      "/status/404",
      "/status/201",
      "/big",
      "HEAD /headers",
      { path: "/chunked", version: "1.0" },
      agent("/headers", { "If-None-Match": '"abc"' }),
      agent("/headers", { Range: "bytes=0-1" }),
    ],
  },
  {
    name: "proxy redirects and cookies",
    config: `location /app/ { proxy_pass ${up}/; proxy_cookie_path / /front/; proxy_cookie_domain inner.test outer.test; }
location /keep/ { proxy_pass ${up}/; proxy_redirect off; }
location /own/ { proxy_pass ${up}/; proxy_redirect http://inner.test/ http://outer.test/; proxy_redirect ~^http://(\\w+)\\.inner/(.*)$ /$1/$2; }
location /whole/ { proxy_pass ${up}; }`,
    requests: [
      `/app/redirect?${encodeURIComponent(`${up}/next`)}`,
      `/keep/redirect?${encodeURIComponent(`${up}/next`)}`,
      "/own/redirect?http://inner.test/a",
      "/own/redirect?http://sub.inner/a/b",
      "/app/redirect?/relative",
      "/app/redirect?http://elsewhere.test/",
      "/app/cookie",
      "/keep/cookie",
      `/app/redirect?${encodeURIComponent(up)}`,
    ],
  },
  {
    name: "proxy failures",
    config: `location / { proxy_pass ${dead}; }
location /app/ { proxy_pass ${up}/; }
location /slow { proxy_pass ${up}; proxy_read_timeout 200ms; }
location /uri/ { proxy_pass ${dead}/x/; }
location /page { error_page 502 =200 @sorry; proxy_pass ${dead}; }
location @sorry { return 200 "sorry $upstream_addr $upstream_status\\n"; }`,
    requests: [
      "/",
      "/app/none",
      "/app/garbage",
      "/app/short",
      "/app/big-header",
      "/slow",
      "/uri/y?z=1",
      "/page",
      "HEAD /",
      { method: "POST", path: "/", body: "x" },
      agent("/", { Referer: "http://ref.test/" }),
    ],
  },
  {
    name: "interception",
    config: `root html;
proxy_intercept_errors on;
error_page 404 /404.html;
error_page 401 /note.txt;
error_page 500 503 @broken;
location /app/ { proxy_pass ${up}/; }
location /plain/ { proxy_intercept_errors off; proxy_pass ${up}/; }
location @broken { return 200 "broken: $upstream_status $upstream_http_content_type\\n"; }`,
    requests: [
      "/app/status/404",
      "/app/status/500",
      "/app/status/503",
      "/app/status/401",
      "/app/status/200",
      "/plain/status/404",
      "/app/status/201",
    ],
  },
  {
    name: "X-Accel-Redirect",
    config: `location /app/ { proxy_pass ${up}/; }
location /files/ { internal; root .; }
location /ignore/ { proxy_ignore_headers X-Accel-Redirect; proxy_pass ${up}/; }
location @fallback { return 200 "named\\n"; }`,
    requests: ["/app/accel", "/app/accel-named", "/ignore/accel", "/files/secret.txt", "HEAD /app/accel", "POST /app/accel"],
  },
  {
    name: "round robin",
    http: "upstream app { server 127.0.0.1:9001; server 127.0.0.1:9002 weight=3; server 127.0.0.1:9003; }",
    config: "location / { proxy_pass http://app; }",
    requests: Array.from({ length: 12 }, () => "/who"),
  },
  {
    name: "upstream with one that is dead",
    http: "upstream app { server 127.0.0.1:9009; server 127.0.0.1:9001; }\nupstream gone { server 127.0.0.1:9009; server 127.0.0.1:9010; }\nupstream spare { server 127.0.0.1:9009; server 127.0.0.1:9002 backup; }\nupstream down { server 127.0.0.1:9001 down; server 127.0.0.1:9003; }\nlog_format up '$uri $status $upstream_addr $upstream_status $upstream_response_length';",
    config:
      "access_log up.log up;\nlocation /a/ { proxy_pass http://app/; }\nlocation /b/ { proxy_pass http://gone/; }\nlocation /c/ { proxy_pass http://spare/; }\nlocation /d/ { proxy_pass http://down/; }",
    requests: ["/a/who", "/a/who", "/a/who", "/b/x", "/b/x", "/c/who", "/c/who", "/d/who", "/d/who"],
  },
  {
    name: "next upstream",
    http: "upstream app { server 127.0.0.1:9001; server 127.0.0.1:9002; }\nlog_format up '$uri $status $upstream_addr $upstream_status';",
    config: `access_log up.log up;
location /s/ { proxy_pass http://app/status/; proxy_next_upstream http_500 http_404; }
location /off/ { proxy_pass http://app/; proxy_next_upstream off; }
location /none { proxy_pass http://app; }
location /one/ { proxy_pass http://app/; proxy_next_upstream_tries 1; }
location /post { proxy_pass http://app/none; }`,
    requests: ["/s/500", "/s/404", "/s/503", "/off/none", "/none", "/one/none", { method: "POST", path: "/post", body: "x" }, "/s/200"],
  },
  {
    name: "failing servers rest",
    http: "upstream app { server 127.0.0.1:9009 max_fails=2 fail_timeout=30s; server 127.0.0.1:9001; }\nlog_format up '$status $upstream_addr';",
    config: "access_log up.log up;\nlocation / { proxy_pass http://app; }",
    requests: Array.from({ length: 8 }, () => "/who"),
  },
  {
    name: "ip_hash and hash",
    http: "upstream ip { ip_hash; server 127.0.0.1:9001; server 127.0.0.1:9002; server 127.0.0.1:9003; }\nupstream key { hash $arg_k; server 127.0.0.1:9001; server 127.0.0.1:9002 weight=2; server 127.0.0.1:9003; }\nupstream ring { hash $arg_k consistent; server 127.0.0.1:9001; server 127.0.0.1:9002; server 127.0.0.1:9003 weight=2; }\nupstream least { least_conn; server 127.0.0.1:9001; server 127.0.0.1:9002; }",
    config:
      "location /ip/ { proxy_pass http://ip/; }\nlocation /key/ { proxy_pass http://key/; }\nlocation /ring/ { proxy_pass http://ring/; }\nlocation /least/ { proxy_pass http://least/; }",
    requests: [
      "/ip/who",
      "/ip/who",
      ...["a", "b", "c", "d", "ann", "bob"].map((key) => `/key/who?k=${key}`),
      ...["a", "b", "c", "d", "ann", "bob"].map((key) => `/ring/who?k=${key}`),
      "/least/who",
      "/least/who",
      "/key/who",
    ],
  },
  {
    name: "upstream keepalive",
    http: "upstream app { server 127.0.0.1:9001; keepalive 4; }",
    config: 'location / { proxy_pass http://app; proxy_http_version 1.1; proxy_set_header Connection ""; }',
    requests: ["/who", "/big", "/chunked", "/status/404", "/x", "HEAD /who"],
  },
  {
    name: "proxy_pass with variables",
    http: "map $arg_b $back { default 127.0.0.1:9001; two 127.0.0.1:9002; dead 127.0.0.1:9009; name nowhere.invalid; }\nupstream app { server 127.0.0.1:9003; }",
    config: `location / { proxy_pass http://$back; }
location /uri/ { proxy_pass http://$back/fixed$uri; }
location /args/ { proxy_pass http://$back$request_uri; }
location /up/ { set $u app; proxy_pass http://$u/who; }
location ~ ^/cap/(.*)$ { proxy_pass ${up}/c/$1; }`,
    requests: ["/x?b=two", "/x?b=dead", "/x?b=name", "/uri/y?q=1", "/args/z?q=1", "/up/any", "/cap/a/b?q=1", "/a%20b"],
  },
  {
    name: "log formats",
    http: `log_format one '$remote_addr [$time_local] "$request" $status $body_bytes_sent "$http_referer" "$http_x_q"';
log_format json escape=json '{"uri":"$uri","agent":"$http_user_agent","q":"$arg_q","none":"$http_none"}';
log_format raw escape=none '$http_x_q|$http_none|$remote_user';
map $status $loud { ~^2 0; default 1; }`,
    config: `root html;
access_log one.log one;
location /json { access_log json.log json; access_log raw.log raw; return 200 ok; }
location /off { access_log off; return 200 ok; }
location /if { access_log if.log combined if=$loud; alias html/; }
location /named/ { access_log $arg_f.log one; return 200 ok; }`,
    requests: [
      agent("/", { Referer: "http://a/", "X-Q": 'q"\\\x01' }),
      agent("/json?q=%22", { "User-Agent": 'a"b\tc', "X-Q": '"x"' }),
      "/off",
      "/if/note.txt",
      "/if/none",
      "/named/?f=dyn",
      "/nope",
    ],
  },
  {
    name: "stub_status and empty_gif",
    config: "location /status { stub_status; }\nlocation /pixel { empty_gif; }\nlocation /p2 { stub_status on; }",
    requests: ["/status", "/pixel", "HEAD /status", "POST /pixel", "/p2"],
  },
  {
    name: "real ip",
    http: "log_format ip '$remote_addr $realip_remote_addr';",
    config: `set_real_ip_from 127.0.0.0/8;
real_ip_header X-Forwarded-For;
access_log ip.log ip;
location / { return 200 "$remote_addr\\n"; }
location /rec { real_ip_recursive on; set_real_ip_from 127.0.0.1; set_real_ip_from 10.0.0.0/8; return 200 "$remote_addr\\n"; }
location /deny { deny 1.2.3.4; allow all; root html; }
location /file { alias html/note.txt; }`,
    requests: [
      agent("/", { "X-Forwarded-For": "1.2.3.4" }),
      agent("/file", { "X-Forwarded-For": "1.2.3.4, 5.6.7.8" }),
      agent("/deny", { "X-Forwarded-For": "1.2.3.4" }),
      "/",
      agent("/file", { "X-Forwarded-For": "nonsense" }),
    ],
  },
  {
    name: "sub_filter",
    dechunk: true,
    config: `access_log off;
root html;
sub_filter home HOUSE; sub_filter "<h1>" "<h2>";
location /all/ { alias html/; sub_filter 0 zero; sub_filter_once off; sub_filter_types *; }
location /app/ { proxy_pass ${up}/; sub_filter status STATE; sub_filter_last_modified on; }`,
    requests: ["/index.html", "/note.txt", "/all/note.txt", "/app/status/200", "/app/headers", "/page.html"],
  },
  {
    name: "gzip_static",
    files: { "html/pre.txt": "plain\n", "html/pre.txt.gz": "not really packed" },
    config: "root html;\ngzip_static on; gzip_vary on;\nlocation /always/ { alias html/; gzip_static always; }",
    requests: ["/pre.txt", "/note.txt", "HEAD /pre.txt", agent("/pre.txt", { "Accept-Encoding": "identity" }), "/nope"],
  },
  {
    name: "whole site as Django has it",
    http: "upstream django { server 127.0.0.1:9001 fail_timeout=0; }\ninclude mime.types;\ndefault_type application/octet-stream;",
    files: {
      "mime.types": "types { text/html html; text/css css; text/plain txt; }\n",
      "static/app.css": "a {}\n",
      "media/u.txt": "upload\n",
    },
    config: `server_name shop.test;
client_max_body_size 4k;
keepalive_timeout 5;
location = /favicon.ico { access_log off; log_not_found off; }
location /static/ { alias static/; expires 30d; add_header Cache-Control public; }
location /media/ { alias media/; }
location / { try_files $uri @proxy_to_app; }
location @proxy_to_app { proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for; proxy_set_header X-Forwarded-Proto $scheme; proxy_set_header Host $http_host; proxy_redirect off; proxy_pass http://django; }
error_page 500 502 503 504 /500.html;
location = /500.html { root html; }
root html;`,
    requests: [
      as("shop.test", "/admin/login/?next=/admin/"),
      as("shop.test", "/static/app.css"),
      as("shop.test", "/static/none.css"),
      as("shop.test", "/media/u.txt"),
      as("shop.test", "/favicon.ico"),
      { method: "POST", path: "/form", host: "shop.test", body: "x".repeat(5000) },
      { method: "POST", path: "/form", host: "shop.test", body: "x=1" },
      as("shop.test", "/page.html"),
      as("shop.test", "/status/500"),
    ],
  },
  {
    name: "www to apex and https redirects",
    config: `server { listen 8080; server_name www.shop.test; return 301 $scheme://shop.test$request_uri; }
server { listen 8080; server_name shop.test; location / { return 301 https://$host$request_uri; } location /.well-known/acme-challenge/ { root html; } }
server { listen 8080 default_server; return 444; }`,
    requests: [
      as("www.shop.test", "/a?b=c"),
      as("shop.test", "/a?b=c"),
      as("shop.test", "/.well-known/acme-challenge/x"),
      as("evil.test"),
      as("www.shop.test", "/a%20b"),
    ],
  },
  {
    name: "canary by split and cookie",
    http: `upstream stable { server 127.0.0.1:9001; }
upstream canary { server 127.0.0.1:9002; }
split_clients "$arg_user" $bucket { 25% canary; * stable; }
map $cookie_canary $backend { yes canary; no stable; default $bucket; }`,
    config: "add_header X-Backend $backend always;\nlocation / { proxy_pass http://$backend; }",
    requests: [
      "/who?user=1",
      "/who?user=2",
      "/who?user=3",
      "/who?user=ann",
      agent("/who?user=1", { Cookie: "canary=yes" }),
      agent("/who", { Cookie: "canary=no" }),
      "/status/404?user=9",
    ],
  },
  {
    name: "inheritance",
    http: "add_header X-Http 1;\nerror_page 404 /404.html;\nroot html;\nindex page.html;",
    config: `location / { }
location /a { add_header X-A 1; }
location /b { error_page 403 /x; return 404; }
location /c/ { location /c/d/ { return 200 d; } add_header X-C 1; return 200 c; }
location /r/ { root other; }`,
    requests: ["/", "/nope", "/a", "/b", "/c/", "/c/d/", "/r/x"],
  },
  {
    name: "limit_except with a proxy",
    config: `location / { proxy_pass ${up}; limit_except GET { deny all; } }
location /auth/ { proxy_pass ${up}; limit_except POST { auth_basic x; auth_basic_user_file none; } }`,
    requests: ["/x", "POST /x", "HEAD /x", "POST /auth/", "/auth/"],
  },
  {
    name: "addresses of one port",
    config: `server { listen 8080; server_name a.test; return 200 "any $server_addr\\n"; }
server { listen 127.0.0.1:8080; server_name b.test; return 200 "loop\\n"; }
server { listen 127.0.0.1:8080; server_name a.test; return 200 "loop a\\n"; }`,
    requests: [as("a.test"), as("b.test"), as("c.test"), as("A.TEST:99"), as("")],
  },
  {
    name: "uninitialized variables",
    config: `location / { if ($arg_a) { set $v 1; } return 200 "[$v]\\n"; }
location /quiet { uninitialized_variable_warn off; if ($arg_a) { set $w 1; } return 200 "[$w]\\n"; }
location /log { rewrite_log on; error_log notice.log notice; rewrite ^/log/(.*)$ /x/$1 break; return 200 "$uri\\n"; }`,
    requests: ["/", "/?a=1", "/quiet", "/log/y", "/log"],
  },
];
