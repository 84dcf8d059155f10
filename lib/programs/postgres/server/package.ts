/** What Debian's packages postgresql-18 and postgresql-common put on a machine, besides what comes with the server's engine. */
import { executableBytes } from "../../../kernel/executable.ts";
import { POSTGRES_USER } from "../../../runtimes/postgres/account.ts";
import { BIN, CONFIG, LIBRARY, SHARE } from "../../../runtimes/postgres/places.ts";
import { hbaConf, identConf, postgresqlConf } from "../../../runtimes/postgres/settings.ts";
import type { PackageContent } from "../../packages/contents.ts";

const { uid, gid } = POSTGRES_USER;

const service = `# systemd service for managing all PostgreSQL clusters on the system. This
# service is actually a systemd target, but we are using a service since
# targets cannot be reloaded.

[Unit]
Description=PostgreSQL RDBMS

[Service]
Type=oneshot
ExecStart=/bin/true
ExecReload=/bin/true
RemainAfterExit=on

[Install]
WantedBy=multi-user.target
`;

const template = `# systemd service template for PostgreSQL clusters. The actual instances will
# be called "postgresql@version-cluster", e.g. "postgresql@9.3-main". The
# variable %i expands to "version-cluster", %I expands to "version/cluster".
# (%I breaks for cluster names containing dashes.)

[Unit]
Description=PostgreSQL Cluster %i
AssertPathExists=/etc/postgresql/%I/postgresql.conf
RequiresMountsFor=/etc/postgresql/%I /var/lib/postgresql/%I
PartOf=postgresql.service
ReloadPropagatedFrom=postgresql.service
Before=postgresql.service
# stop server before networking goes down on shutdown
After=network.target

[Service]
Type=forking
# -: ignore startup failure (recovery might take arbitrarily long)
# the actual pg_ctl timeout is configured in pg_ctl.conf
ExecStart=-/usr/bin/pg_ctlcluster --skip-systemctl-redirect %i start
# 0 is the same as infinity, but "infinity" needs systemd 229
TimeoutStartSec=0
ExecStop=/usr/bin/pg_ctlcluster --skip-systemctl-redirect -m fast %i stop
TimeoutStopSec=1h
ExecReload=/usr/bin/pg_ctlcluster --skip-systemctl-redirect %i reload
PIDFile=/run/postgresql/%i.pid
SyslogIdentifier=postgresql@%i
# prevent OOM killer from choosing the postmaster (individual backends will
# reset the score to 0)
OOMScoreAdjust=-900
# restarting automatically will prevent "pg_ctlcluster ... stop" from working,
# so we disable it here. Also, the postmaster will restart by itself on most
# problems anyway, so it is questionable if one wants to enable external
# automatic restarts.
#Restart=on-failure

[Install]
WantedBy=multi-user.target
`;

const program = (name: string) => new TextDecoder().decode(executableBytes(name));

/** /run is empty at each start of the machine (tmpfiles.d(5)). */
const temporaryFolders = "d /run/postgresql 2775 postgres postgres - -\nd /var/log/postgresql 1775 root postgres - -\n";

export const postgresqlCommon: PackageContent = {
  user: POSTGRES_USER,
  folders: [
    { path: "/etc/postgresql", uid, gid },
    { path: "/var/lib/postgresql", uid, gid },
    { path: "/var/log/postgresql", mode: 0o1775, gid },
    { path: "/run/postgresql", mode: 0o2775, uid, gid },
  ],
  files: [
    { path: "/lib/systemd/system/postgresql.service", text: service },
    { path: "/lib/systemd/system/postgresql@.service", text: template },
    { path: "/usr/lib/tmpfiles.d/postgresql-common.conf", text: temporaryFolders },
  ],
};

export const postgresqlServer: PackageContent = {
  folders: [
    { path: BIN },
    { path: LIBRARY },
    { path: SHARE },
    { path: "/usr/lib/postgresql/18/share" },
    { path: "/etc/postgresql/18", uid, gid },
    { path: CONFIG, uid, gid },
    { path: `${CONFIG}/conf.d`, uid, gid },
  ],
  files: [{ path: `${BIN}/postgres`, mode: 0o755, text: program("postgres") }],
  made: [
    { path: `${CONFIG}/postgresql.conf`, uid, gid, text: postgresqlConf },
    { path: `${CONFIG}/pg_hba.conf`, mode: 0o640, uid, gid, text: hbaConf },
    { path: `${CONFIG}/pg_ident.conf`, mode: 0o640, uid, gid, text: identConf },
    { path: `${CONFIG}/start.conf`, uid, gid, text: "# Automatic startup configuration\n# auto, manual or disabled\n\nauto\n" },
    { path: `${CONFIG}/environment`, uid, gid, text: "" },
    { path: `${CONFIG}/pg_ctl.conf`, uid, gid, text: "# Automatic pg_ctl configuration\n\npg_ctl_options = ''\n" },
  ],
  // The server finds its files from where it lies itself.
  links: [
    { path: "/usr/lib/postgresql/18/share/postgresql", to: SHARE },
    { path: `${LIBRARY}/postgresql`, to: "." },
  ],
};
