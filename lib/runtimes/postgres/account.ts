/** Debian's system user of the server (postgresql-common). */
export const POSTGRES_USER = {
  name: "postgres",
  uid: 107,
  gid: 114,
  gecos: "PostgreSQL administrator,,,",
  home: "/var/lib/postgresql",
  shell: "/bin/bash",
} as const;
