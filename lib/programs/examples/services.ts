import type { Examples } from "./examples.ts";

/** Services and the journal. */
export const SERVICES: Examples = {
  systemctl: [
    ["systemctl status ssh", "How a service is, with its last messages"],
    ["sudo systemctl restart ssh", "Stop it and start it again"],
    ["sudo systemctl enable ssh", "Have it started with the machine"],
    ["systemctl is-active ssh", "Only whether it runs; in scripts too"],
    ["systemctl list-units --type=service", "Which services are up"],
    ["systemctl cat ssh", "Its unit file"],
  ],
  journalctl: [
    ["sudo journalctl -u ssh", "What a service has written"],
    ["sudo journalctl -u ssh -n 5", "Only the last lines"],
    ["sudo journalctl --since '10 min ago'", "Everything of the last ten minutes"],
    ["sudo journalctl -p err", "Only errors"],
    ["sudo journalctl -b", "Since the machine has started"],
  ],
  service: [
    ["sudo service ssh status", "The older way to ask systemd"],
    ["sudo service ssh restart", "And to have it do something"],
    ["sudo service --status-all", "Which services run"],
  ],
  logger: [
    ["logger 'the backup is done'", "Write a line to the journal"],
    ["logger -t backup 'it is done'", "Under a name"],
    ["echo done | logger -t backup -p user.notice", "What another command says"],
  ],
  "systemd-analyze": [
    ["systemd-analyze verify /lib/systemd/system/ssh.service", "Look for mistakes in a unit file"],
    ["systemd-analyze calendar 'Mon *-*-* 02:30'", "When a timer would elapse"],
    ["systemd-analyze timespan 1h30m", "How a span of time is read"],
  ],
  "systemd-run": [
    ["sudo systemd-run --unit=once /bin/echo hi", "Run a command as a service"],
    ["sudo systemd-run --wait --pipe /bin/echo hi", "See what it says, and how it ends"],
    ["sudo systemd-run --on-active=1h /bin/echo later", "In an hour"],
  ],
  hostnamectl: [
    ["hostnamectl", "What this machine is"],
    ["hostnamectl hostname", "Only its name"],
    ["hostnamectl --static", "The same in the older form"],
  ],
  timedatectl: [
    ["timedatectl", "The clock and its zone"],
    ["timedatectl show", "The same for scripts"],
    ["timedatectl status --no-pager", "Without a pager"],
  ],
};
