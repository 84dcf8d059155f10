/** What the package certbot puts on a machine besides the program. */
import type { PackageContent } from "../packages/contents.ts";

const service = `[Unit]
Description=Certbot
Documentation=file:///usr/share/doc/python-certbot-doc/html/index.html
Documentation=https://certbot.eff.org/docs
[Service]
Type=oneshot
ExecStart=/usr/bin/certbot -q renew --no-random-sleep-on-renew
PrivateTmp=true
`;

const timer = `[Unit]
Description=Run certbot twice daily

[Timer]
OnCalendar=*-*-* 00,12:00:00
RandomizedDelaySec=43200
Persistent=true

[Install]
WantedBy=timers.target
`;

const settings = `# Because we are using logrotate for greater flexibility, disable the
# internal certbot logrotation.
max-log-backups = 0
# Adjust interactive output regarding automated renewal
preconfigured-renewal = True
`;

const logrotate = `/var/log/letsencrypt/*.log {
    rotate 12
    weekly
    compress
    missingok
}
`;

export const certbotPackage: PackageContent = {
  folders: [
    ...["pre", "deploy", "post"].map((kind) => ({ path: `/etc/letsencrypt/renewal-hooks/${kind}` })),
    { path: "/etc/systemd/system/timers.target.wants" },
  ],
  files: [
    { path: "/etc/letsencrypt/cli.ini", text: settings },
    { path: "/etc/logrotate.d/certbot", text: logrotate },
    { path: "/lib/systemd/system/certbot.service", text: service },
    { path: "/lib/systemd/system/certbot.timer", text: timer },
  ],
  links: [{ path: "/etc/systemd/system/timers.target.wants/certbot.timer", to: "/lib/systemd/system/certbot.timer" }],
};
