/** The programs of OpenSSH, for the table. */
export { scp } from "./scp.ts";
export { ssh } from "./ssh.ts";
export { sshCopyId } from "./ssh-copy-id.ts";
export { sshKeygen } from "./ssh-keygen.ts";
export { sshd } from "./sshd.ts";
