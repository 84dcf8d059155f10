#!/usr/bin/env python3
"""Records what Debian's certbot (python3-certbot-nginx 2.1) makes of nginx configurations, as nginx.json.

    /usr/bin/python3 lib/programs/recordings/certbot/record.py

Its plugin is driven without an authority: the certificate is deployed, then plain requests are redirected.
"""
import json
import os
import pathlib
import tempfile
from unittest import mock

from certbot import errors
from certbot._internal.display import obj
from certbot_nginx._internal.configurator import NginxConfigurator

cases = {
'plain': '''server {
    listen 80;
    server_name shop.test;
    root /var/www/shop;
}
''',
'two names': '''server {
    listen 80;
    listen [::]:80;
    server_name shop.test www.shop.test;

    location / {
        proxy_pass http://127.0.0.1:8000;
        proxy_set_header Host $host;
    }
}
''',
'default server': '''##
# You should look at the following URL's
##
server {
	listen 80 default_server;
	listen [::]:80 default_server;

	root /var/www/html;

	index index.html index.htm;

	server_name shop.test;

	location / {
		# First attempt to serve request as file
		try_files $uri $uri/ =404;
	}
}
''',
'no listen': '''server {
  server_name shop.test;
  return 200 "hi";
}
''',
'second block': '''server {
    listen 80;
    server_name other.test;
    root /var/www/other;
}

server {
    listen 80;
    server_name shop.test;
    root /var/www/shop;
}
''',
'already tls': '''server {
    listen 443 ssl;
    server_name shop.test;
    ssl_certificate /etc/ssl/a.pem;
    ssl_certificate_key /etc/ssl/a.key;
    root /var/www/shop;
}
server {
    listen 80;
    server_name shop.test;
    return 301 https://$host$request_uri;
}
''',
'upstream above': '''upstream app {
    server unix:/run/gunicorn.sock;
}
server {
    listen 80;
    server_name shop.test;
    client_max_body_size 10m;
    location /static/ { alias /srv/shop/static/; }
    location / { proxy_pass http://app; }
}
''',
'one of two names': None,
'wildcard': '''server {
    listen 80;
    server_name *.shop.test;
    root /var/www/shop;
}
''',
'no match': '''server {
    listen 80 default_server;
    server_name _;
    root /var/www/html;
}
''',
'port 8080': '''server {
    listen 8080;
    server_name shop.test;
    root /var/www/shop;
}
''',
}
cases['one of two names'] = cases['two names']

LIVE = "/etc/letsencrypt/live/shop.test"
target = pathlib.Path(__file__).parent / "nginx.json"


def record(name, text, folder):
    site = f"{folder}/etc/nginx/sites-enabled/site"
    for path in ["etc/nginx/sites-enabled", "le", "work", "logs"]:
        os.makedirs(f"{folder}/{path}")
    pathlib.Path(f"{folder}/etc/nginx/nginx.conf").write_text(
        f"events {{ worker_connections 64; }}\nhttp {{\n    include {folder}/etc/nginx/sites-enabled/*;\n}}\n"
    )
    pathlib.Path(site).write_text(text)
    config = mock.MagicMock(
        config_dir=f"{folder}/le", work_dir=f"{folder}/work", logs_dir=f"{folder}/logs", nginx_server_root=f"{folder}/etc/nginx",
        nginx_ctl="/usr/sbin/nginx", nginx_sleep_seconds=0, http01_port=80, https_port=443, backup_dir=f"{folder}/work/backups",
        temp_checkpoint_dir=f"{folder}/work/tmp", in_progress_dir=f"{folder}/work/inp", strict_permissions=False,
    )
    domains = ["shop.test", "www.shop.test"] if name == "two names" else ["a.shop.test"] if name == "wildcard" else ["shop.test"]
    plugin = NginxConfigurator(config, name="nginx")
    with mock.patch.object(NginxConfigurator, "config_test"), mock.patch.object(
        NginxConfigurator, "_get_snakeoil_paths", return_value=("/snake.pem", "/snake.key")
    ):
        plugin.prepare()
        for domain in domains:
            plugin.deploy_cert(domain, f"{LIVE}/cert.pem", f"{LIVE}/privkey.pem", f"{LIVE}/chain.pem", f"{LIVE}/fullchain.pem")
        plugin.save("deploy")
        for domain in domains:
            try:
                plugin.enhance(domain, "redirect", None)
            except errors.PluginEnhancementAlreadyPresent:
                pass
        plugin.save("redirect")
    after = pathlib.Path(site).read_text().replace(f"{folder}/le/", "/etc/letsencrypt/")
    return {"name": name, "domains": domains, "before": text, "after": after}


with open(os.devnull, "w") as nowhere:
    obj.set_display(obj.FileDisplay(nowhere, False))
    recorded = []
    for name, text in cases.items():
        with tempfile.TemporaryDirectory() as folder:
            recorded.append(record(name, text, folder))
target.write_text(json.dumps(recorded, indent=1) + "\n")
print(f"{len(recorded)} configurations")
