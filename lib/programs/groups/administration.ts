/** Packages, users, the firewall. */
import * as apt from "../packages/apt.ts";
import * as dpkg from "../packages/dpkg.ts";
import * as ufw from "../ufw/ufw.ts";
import * as adduser from "../users/adduser.ts";
import * as groupadd from "../users/groupadd.ts";
import * as passwd from "../users/passwd.ts";
import * as sudo from "../users/sudo.ts";
import * as useradd from "../users/useradd.ts";
import * as visudo from "../users/visudo.ts";

export const modules: readonly object[] = [apt, dpkg, ufw, adduser, groupadd, passwd, sudo, useradd, visudo];
