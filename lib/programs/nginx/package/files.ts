/** What Debian's packages nginx and nginx-common put on a machine (12, 1.22.1-9). */
import type { PackageContent } from "../../packages/contents.ts";
import { mimeTypes } from "./mime-types.ts";

const nginxConf = `user www-data;
worker_processes auto;
pid /run/nginx.pid;
error_log /var/log/nginx/error.log;
include /etc/nginx/modules-enabled/*.conf;

events {
	worker_connections 768;
	# multi_accept on;
}

http {

	# Basics

	sendfile on;
	tcp_nopush on;
	types_hash_max_size 2048;
	# server_tokens off;

	# server_names_hash_bucket_size 64;
	# server_name_in_redirect off;

	include /etc/nginx/mime.types;
	default_type application/octet-stream;

	# TLS

	ssl_protocols TLSv1 TLSv1.1 TLSv1.2 TLSv1.3; # SSLv3 is left out: it is broken (POODLE)
	ssl_prefer_server_ciphers on;

	# Logs

	access_log /var/log/nginx/access.log;

	# Compression

	gzip on;

	# gzip_vary on;
	# gzip_proxied any;
	# gzip_comp_level 6;
	# gzip_buffers 16 8k;
	# gzip_http_version 1.1;
	# gzip_types text/plain text/css application/json application/javascript text/xml application/xml application/xml+rss text/javascript;

	# Sites

	include /etc/nginx/conf.d/*.conf;
	include /etc/nginx/sites-enabled/*;
}
`;

const defaultSite = `# The site that answers when no other one does.
#
# Leave this file where it is as a reference, take its link out of sites-enabled/, and write a file of your own for each site.
# How the folders are meant: https://wiki.debian.org/Nginx/DirectoryStructure

server {
	listen 80 default_server;
	listen [::]:80 default_server;

	# For TLS:
	#
	# listen 443 ssl default_server;
	# listen [::]:443 ssl default_server;
	#
	# include snippets/snakeoil.conf;

	root /var/www/html;

	# Add index.php to the list if you are using PHP
	index index.html index.htm index.nginx-debian.html;

	server_name _;

	location / {
		# The file of that name, else the folder, else 404.
		try_files $uri $uri/ =404;
	}

	# PHP, by FastCGI:
	#
	#location ~ \\.php$ {
	#	include snippets/fastcgi-php.conf;
	#
	#	fastcgi_pass unix:/run/php/php7.4-fpm.sock;
	#}

	# Files of Apache are nobody's business:
	#
	#location ~ /\\.ht {
	#	deny all;
	#}
}


# A site of its own, for a name. Better in another file of sites-available/, with a link in sites-enabled/.
#
#server {
#	listen 80;
#	listen [::]:80;
#
#	server_name example.com;
#
#	root /var/www/example.com;
#	index index.html;
#
#	location / {
#		try_files $uri $uri/ =404;
#	}
#}
`;

const welcome = `<!DOCTYPE html>
<html>
<head>
<title>Welcome to nginx!</title>
<style>
html { color-scheme: light dark; }
body { width: 35em; margin: 0 auto; font-family: sans-serif; }
</style>
</head>
<body>
<h1>Welcome to nginx!</h1>
<p>nginx is installed and answers. What it should serve is yet to be configured: see /etc/nginx/sites-available/.</p>

<p>Its documentation is at <a href="http://nginx.org/">nginx.org</a>.</p>
</body>
</html>
`;

/** `$host` and not `$http_host`: what a client writes into Host must not pass as it is. */
const proxyParams = `# Not $http_host: that is whatever the client wrote.
proxy_set_header Host $host;
proxy_set_header X-Real-IP $remote_addr;
proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;
proxy_set_header X-Forwarded-Proto $scheme;
`;

const fields = (directive: string, rows: readonly (readonly [string, string])[]) =>
  `\n${rows.map(([name, value]) => (name === "" ? "" : `${directive}  ${name.padEnd(18)} ${value};`)).join("\n")}\n`;

const uwsgiParams = fields("uwsgi_param", [
  ["QUERY_STRING", "$query_string"],
  ["REQUEST_METHOD", "$request_method"],
  ["CONTENT_TYPE", "$content_type"],
  ["CONTENT_LENGTH", "$content_length"],
  ["", ""],
  ["REQUEST_URI", "$request_uri"],
  ["PATH_INFO", "$document_uri"],
  ["DOCUMENT_ROOT", "$document_root"],
  ["SERVER_PROTOCOL", "$server_protocol"],
  ["REQUEST_SCHEME", "$scheme"],
  ["HTTPS", "$https if_not_empty"],
  ["", ""],
  ["REMOTE_ADDR", "$remote_addr"],
  ["REMOTE_PORT", "$remote_port"],
  ["SERVER_PORT", "$server_port"],
  ["SERVER_NAME", "$server_name"],
  ["", ""],
  ["HTTP_HOST", "$host"],
]);

const FASTCGI = [
  ["QUERY_STRING", "$query_string"],
  ["REQUEST_METHOD", "$request_method"],
  ["CONTENT_TYPE", "$content_type"],
  ["CONTENT_LENGTH", "$content_length"],
  ["", ""],
  ["SCRIPT_NAME", "$fastcgi_script_name"],
  ["REQUEST_URI", "$request_uri"],
  ["DOCUMENT_URI", "$document_uri"],
  ["DOCUMENT_ROOT", "$document_root"],
  ["SERVER_PROTOCOL", "$server_protocol"],
  ["REQUEST_SCHEME", "$scheme"],
  ["HTTPS", "$https if_not_empty"],
  ["", ""],
  ["GATEWAY_INTERFACE", "CGI/1.1"],
  ["SERVER_SOFTWARE", "nginx/$nginx_version"],
  ["", ""],
  ["REMOTE_ADDR", "$remote_addr"],
  ["REMOTE_PORT", "$remote_port"],
  ["REMOTE_USER", "$remote_user"],
  ["SERVER_ADDR", "$server_addr"],
  ["SERVER_PORT", "$server_port"],
  ["SERVER_NAME", "$server_name"],
  ["", ""],
  ["REDIRECT_STATUS", "200"],
] as const;

const SCGI = FASTCGI.filter(
  ([name]) => !["SCRIPT_NAME", "GATEWAY_INTERFACE", "SERVER_SOFTWARE", "REDIRECT_STATUS", "REMOTE_USER", "SERVER_ADDR"].includes(name),
);

const fastcgiPhp = `# The script, and the path that follows it
fastcgi_split_path_info ^(.+?\\.php)(/.*)$;

# A script that is not there is not asked for
try_files $fastcgi_script_name =404;

# try_files forgets $fastcgi_path_info
set $path_info $fastcgi_path_info;
fastcgi_param PATH_INFO $path_info;

fastcgi_index index.php;
include fastcgi.conf;
`;

const snakeoil = `# Certificates that the package ssl-cert signs itself: not for a server that people use.

ssl_certificate /etc/ssl/certs/ssl-cert-snakeoil.pem;
ssl_certificate_key /etc/ssl/private/ssl-cert-snakeoil.key;
`;

const unit = `# QUIT asks nginx to end when its last request has; after 5 seconds systemd sends TERM, and after 5 more KILL
# to what is left of the group.
[Unit]
Description=A high performance web server and a reverse proxy server
Documentation=man:nginx(8)
After=network-online.target remote-fs.target nss-lookup.target
Wants=network-online.target

[Service]
Type=forking
PIDFile=/run/nginx.pid
ExecStartPre=/usr/sbin/nginx -t -q -g 'daemon on; master_process on;'
ExecStart=/usr/sbin/nginx -g 'daemon on; master_process on;'
ExecReload=/usr/sbin/nginx -g 'daemon on; master_process on;' -s reload
ExecStop=-/sbin/start-stop-daemon --quiet --stop --retry QUIT/5 --pidfile /run/nginx.pid
TimeoutStopSec=5
KillMode=mixed

[Install]
WantedBy=multi-user.target
`;

const logrotate = `/var/log/nginx/*.log {
	daily
	missingok
	rotate 14
	compress
	delaycompress
	notifempty
	create 0640 www-data adm
	sharedscripts
	prerotate
		if [ -d /etc/logrotate.d/httpd-prerotate ]; then \\
			run-parts /etc/logrotate.d/httpd-prerotate; \\
		fi \\
	endscript
	postrotate
		invoke-rc.d nginx rotate >/dev/null 2>&1
	endscript
}
`;

const firewall = `[Nginx HTTP]
title=Web Server (Nginx, HTTP)
description=Small, but very powerful and efficient web server
ports=80/tcp

[Nginx HTTPS]
title=Web Server (Nginx, HTTPS)
description=Small, but very powerful and efficient web server
ports=443/tcp

[Nginx Full]
title=Web Server (Nginx, HTTP + HTTPS)
description=Small, but very powerful and efficient web server
ports=80,443/tcp
`;

const defaults = `# nginx's limits and how it is stopped, for /etc/init.d/nginx.
#ULIMIT="-n 4096"

#STOP_SCHEDULE="QUIT/5/TERM/5/KILL/5"
`;

const WWW_DATA = 33;
const ADM = 4;
const TEMPORARY = ["body", "fastcgi", "proxy", "scgi", "uwsgi"];

export const nginxCommon: PackageContent = {
  folders: [
    { path: "/etc/nginx/conf.d" },
    { path: "/etc/nginx/modules-available" },
    { path: "/etc/nginx/modules-enabled" },
    { path: "/etc/nginx/sites-available" },
    { path: "/etc/nginx/sites-enabled" },
    { path: "/etc/nginx/snippets" },
    { path: "/usr/share/nginx/modules-available" },
    { path: "/usr/share/nginx/html" },
    { path: "/usr/lib/nginx/modules" },
    { path: "/var/lib/nginx" },
    // nginx makes these when it first runs, as the package's installation lets it.
    ...TEMPORARY.map((name) => ({ path: `/var/lib/nginx/${name}`, mode: 0o700, uid: WWW_DATA })),
    { path: "/var/log/nginx", gid: ADM },
    { path: "/var/www/html" },
  ],
  files: [
    { path: "/etc/nginx/nginx.conf", text: nginxConf },
    { path: "/etc/nginx/mime.types", text: mimeTypes },
    { path: "/etc/nginx/proxy_params", text: proxyParams },
    { path: "/etc/nginx/uwsgi_params", text: uwsgiParams },
    { path: "/etc/nginx/fastcgi_params", text: fields("fastcgi_param", FASTCGI) },
    {
      path: "/etc/nginx/fastcgi.conf",
      text: fields("fastcgi_param", [["SCRIPT_FILENAME", "$document_root$fastcgi_script_name"], ...FASTCGI]),
    },
    { path: "/etc/nginx/scgi_params", text: fields("scgi_param", SCGI) },
    { path: "/etc/nginx/sites-available/default", text: defaultSite },
    { path: "/etc/nginx/snippets/fastcgi-php.conf", text: fastcgiPhp },
    { path: "/etc/nginx/snippets/snakeoil.conf", text: snakeoil },
    { path: "/etc/default/nginx", text: defaults },
    { path: "/etc/logrotate.d/nginx", text: logrotate },
    { path: "/etc/ufw/applications.d/nginx", text: firewall },
    { path: "/lib/systemd/system/nginx.service", text: unit },
    { path: "/usr/share/nginx/html/index.html", text: welcome },
  ],
  /** What the package's script does when it is installed. */
  made: [
    { path: "/var/www/html/index.nginx-debian.html", text: welcome },
    { path: "/var/log/nginx/access.log", text: "", mode: 0o640, uid: WWW_DATA, gid: ADM },
    { path: "/var/log/nginx/error.log", text: "", mode: 0o640, uid: WWW_DATA, gid: ADM },
  ],
  links: [
    { path: "/etc/nginx/sites-enabled/default", to: "/etc/nginx/sites-available/default" },
    { path: "/usr/share/nginx/modules", to: "../../lib/nginx/modules" },
  ],
};
