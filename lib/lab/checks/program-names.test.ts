import { expect, it } from "vitest";
import { programNames } from "./program-names.ts";

const names = (...argv: string[]) => programNames({ argv });

it("knows a program by its file, and by the script or module that an interpreter runs", () => {
  expect(names("/usr/sbin/sshd", "-D")).toEqual(["sshd"]);
  expect(names("-bash")).toEqual(["bash"]);
  expect(names("/usr/bin/python3", "/usr/bin/gunicorn", "shop.wsgi")).toEqual(["python3", "gunicorn"]);
  expect(names("python", "-u", "manage.py", "runserver")).toEqual(["python", "manage.py"]);
  expect(names("python3.12", "-m", "http.server", "8000")).toEqual(["python3.12", "http.server"]);
  expect(names("python3", "-c", "print(1)")).toEqual(["python3"]);
});

it("knows a program by the title that it gave itself", () => {
  expect(names("nginx: master process /usr/sbin/nginx -g daemon on;")).toEqual(["nginx"]);
  expect(names("gunicorn: worker [shop]")).toEqual(["gunicorn"]);
});
