/** Where PostgreSQL's files lie on a machine: as in Debian's packages (postgresql-common). */

export const VERSION = "18";
export const BIN = `/usr/lib/postgresql/${VERSION}/bin`;
export const LIBRARY = `/usr/lib/postgresql/${VERSION}/lib`;
export const SHARE = `/usr/share/postgresql/${VERSION}`;
export const CLUSTER = `/var/lib/postgresql/${VERSION}/main`;
export const CONFIG = `/etc/postgresql/${VERSION}/main`;
export const RUN = "/var/run/postgresql";
export const LOG = `/var/log/postgresql/postgresql-${VERSION}-main.log`;
