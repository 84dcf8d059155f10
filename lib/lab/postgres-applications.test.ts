import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type PythonMachine, pythonMachine } from "./python-testing.ts";

const folder = join(dirname(fileURLToPath(import.meta.url)), "postgres-applications");
const learner = { uid: 1000, gid: 1000, groups: [1000] };
const settings = `
import os
INSTALLED_APPS += ["django.contrib.postgres", "bread"]
if "ON_POSTGRES" in os.environ:
    DATABASES["default"] = {"ENGINE": "django.db.backends.postgresql", "NAME": "shop", "USER": "ann", "PASSWORD": "x", "HOST": "localhost"}
`;
const wholeModel = readFileSync(join(folder, "models.py"), "utf8");
/** What SQLite can hold too. */
const firstModel = wholeModel.replace(/^.*ArrayField.*\n/gm, "");
/** A row of another table, its number given: what the sequence does not hear of. */
const fill = `
from bread.models import Loaf
from django.contrib.auth.models import User
User.objects.create_superuser("ada", "ada@example.org", "pw")
Loaf.objects.bulk_create([Loaf(name=f"Old {n}", price=n, extra={"n": n}) for n in range(5)])
`;
const login = `
from django.test import Client
client = Client(headers={"host": "localhost"})
print(client.login(username="ada", password="pw"), client.get("/admin/").status_code, client.get("/admin/auth/user/1/change/").status_code)
`;

let python: PythonMachine;
const output = async (command: string, input?: string) => (await python.sh(command, { input })).output;

beforeAll(async () => {
  python = await pythonMachine({ postgres: true });
  const files = python.machine.filesAs(learner, "/home/learner");
  for (const name of ["orm.py", "alchemy.py", "app.py"]) files.writeFile(name, readFileSync(join(folder, name)));
  const roles = `-c "create role ann login password 'x'" -c "create role ben login password 'y'"`;
  const databases = '-c "create database shop owner ann" -c "create database other owner ben"';
  const prepared = await python.sh(
    `pip install -q django psycopg psycopg2 flask-sqlalchemy && sudo pg_ctlcluster 18 main start && sudo -u postgres psql -q ${roles} ${databases}`,
  );
  expect(prepared).toMatchObject({ output: "", status: 0 });
  await python.sh("django-admin startproject site1 . && mkdir bread && touch bread/__init__.py");
  files.writeFile("bread/models.py", firstModel);
  files.writeFile("site1/settings.py", files.readText("site1/settings.py") + settings);
}, 120_000);
afterAll(() => python.close());

describe("Django on PostgreSQL, by psycopg", () => {
  it("takes over what was in SQLite: migrate, dumpdata, loaddata, and ids go on behind them", async () => {
    expect(
      await output(
        "python manage.py makemigrations -v0 bread && python manage.py migrate -v0 && python manage.py shell -v0 && python manage.py dumpdata -v0 --natural-foreign --natural-primary -e contenttypes -e auth.permission -o data.json",
        fill,
      ),
    ).toBe("");
    const moved = await output(
      `export ON_POSTGRES=1; python manage.py migrate -v0 && python manage.py loaddata data.json && python manage.py shell -v0`,
      `from bread.models import Loaf\nprint(Loaf.objects.count(), Loaf.objects.create(name="New", price=1).pk)\n${login}`,
    );
    expect(moved).toBe("Installed 6 object(s) from 1 fixture(s)\n5 6\nTrue 200 200\n");
  });

  it("is read back by inspectdb, and by psql through dbshell", async () => {
    const models = await output("ON_POSTGRES=1 python manage.py inspectdb bread_loaf");
    expect(models).toContain(
      "    name = models.CharField(unique=True, max_length=10)\n    price = models.DecimalField(max_digits=6, decimal_places=2)\n",
    );
    expect(await output("ON_POSTGRES=1 python manage.py dbshell -- -XAt", "select current_user, count(*) from bread_loaf;\n")).toBe(
      "ann|6\n",
    );
  });

  it("keeps PostgreSQL's rules, where SQLite has none: types, lengths, case, sequences, aborted transactions, locks", async () => {
    python.machine.filesAs(learner, "/home/learner").writeFile("bread/models.py", wholeModel);
    await output(
      "ON_POSTGRES=1 python manage.py makemigrations -v0 bread && ON_POSTGRES=1 python manage.py migrate -v0 && ON_POSTGRES=1 python manage.py flush --noinput",
    );
    expect((await output("ON_POSTGRES=1 python manage.py shell -v0 < orm.py")).split("\n")).toEqual([
      "[1, 2, 3]",
      "{'price__sum': Decimal('13.00')}",
      "2 3 1",
      "4",
      'IntegrityError duplicate key value violates unique constraint "bread_loaf_name_key"',
      "DataError value too long for type character varying(10)",
      'IntegrityError new row for relation "bread_loaf" violates check constraint "price_not_negative"',
      "ValidationError ['“cheap” value must be a decimal number.']",
      "ProgrammingError operator does not exist: character varying = integer",
      "False True False",
      'IntegrityError duplicate key value violates unique constraint "bread_loaf_pkey"',
      "taken",
      'could not obtain lock on row in relation "bread_loaf"',
      "[('Loaf 0',), ('Loaf 2',)]",
      "1.00",
      'ProgrammingError relation "missing" does not exist',
      "InternalError current transaction is aborted, commands ignored until end of transaction block",
      "7 postgresql",
      "",
    ]);
  });
});

describe("other clients of the same server", () => {
  it.each(["psycopg", "psycopg2"])("SQLAlchemy with a pool of connections, by %s", async (driver) => {
    expect(await output(`python alchemy.py ${driver}`)).toBe(
      `['a'] 2\nUniqueViolation duplicate key value violates unique constraint "shelf_name_key"\n['z'] ['b']\n['id', 'name', 'tags', 'extra'] 2 ${driver}\n`,
    );
  });

  it("Flask-SQLAlchemy", async () => {
    expect(await output("python app.py")).toBe("['1', '2', '1']\n");
  });

  it("another user has a database of its own, and nothing in this one", async () => {
    const as = "PGPASSWORD=y psql -XAtq -h localhost -U ben";
    expect(
      await output(
        `${as} other -c 'create table mine (id int)' -c '\\dt'; ${as} shop -c 'table bread_loaf'; ${as} other -c 'drop database shop'`,
      ),
    ).toBe("public|mine|table|ben\nERROR:  permission denied for table bread_loaf\nERROR:  must be owner of database shop\n");
  });
});
