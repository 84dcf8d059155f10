/** What the package ufw puts on a machine. */
import type { Files, Machine } from "../kernel/types.ts";
import { applyFirewall, PATHS, saveRules } from "../programs/ufw/rules.ts";
import { folder, put } from "./image.ts";

const settings = `# /etc/ufw/ufw.conf
#

# Set to yes to start on boot. If setting this remotely, be sure to add a rule
# to allow your remote connection before starting ufw. Eg: 'ufw allow 22/tcp'
ENABLED=no

# Please use the 'ufw' command to set the loglevel. Eg: 'ufw logging medium'.
# See 'man ufw' for details.
LOGLEVEL=low
`;

const defaults = `# /etc/default/ufw
#

# Set to yes to apply rules to support IPv6 (no means only IPv6 on loopback
# accepted).
IPV6=yes

# Set the default input policy to ACCEPT, DROP, or REJECT.
DEFAULT_INPUT_POLICY="DROP"

# Set the default output policy to ACCEPT, DROP, or REJECT.
DEFAULT_OUTPUT_POLICY="ACCEPT"

DEFAULT_FORWARD_POLICY="DROP"
DEFAULT_APPLICATION_POLICY="SKIP"
`;

const openSsh = `[OpenSSH]
title=Secure shell server, an rshd replacement
description=OpenSSH is a free implementation of the Secure Shell protocol.
ports=22/tcp
`;

const webServer = `[WWW]
title=Web Server
description=Web server
ports=80/tcp

[WWW Secure]
title=Web Server (HTTPS)
description=Web Server (HTTPS)
ports=443/tcp

[WWW Full]
title=Web Server (HTTP,HTTPS)
description=Web Server (HTTP,HTTPS)
ports=80,443/tcp

[WWW Cache]
title=Web Server (8080)
description=Web Server (8080)
ports=8080/tcp
`;

/** Installed, and not enabled. */
export function putUfwFiles(files: Files): void {
  folder(files, PATHS.apps);
  put(files, PATHS.settings, settings);
  put(files, PATHS.defaults, defaults);
  put(files, `${PATHS.apps}/openssh-server`, openSsh);
  put(files, `${PATHS.apps}/ufw-webserver`, webServer);
  saveRules(files, []);
}

/** Puts the rules into force, where it is enabled. */
export function bootFirewall(machine: Machine): void {
  if (machine.files.exists(PATHS.settings)) applyFirewall(machine);
}
