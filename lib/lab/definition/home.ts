/** The home directory of a user, as useradd(8) makes it. */
export function homeOf(user: string): string {
  return user === "root" ? "/root" : `/home/${user}`;
}
