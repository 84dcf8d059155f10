/** The programs of systemd for the table. */
export { journalctl } from "./journal/journalctl.ts";
export { halt, poweroff, reboot, shutdown } from "./systemctl/power.ts";
export { systemctl } from "./systemctl/systemctl.ts";
export { hostnamectl, logger, loginctl, runlevel, service, systemdCat, systemdEscape, timedatectl } from "./tools.ts";
