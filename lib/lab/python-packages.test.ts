import { afterAll, beforeAll, expect, it } from "vitest";
import { type PythonMachine, pythonMachine } from "./python-testing.ts";

let python: PythonMachine;

const offered =
  "flask-bcrypt pillow flask-sqlalchemy flask-login flask-wtf alembic pytest python-dotenv dj-database-url requests sqlalchemy markdown pytz gunicorn psycopg";

beforeAll(async () => {
  python = await pythonMachine();
  const { output, status } = await python.sh(`pip install -q ${offered} && pip check`);
  expect({ output, status }).toEqual({ output: "No broken requirements found.\n", status: 0 });
});
afterAll(() => python.close());

const application = `import re
from flask import Flask, redirect, render_template_string
from flask_login import LoginManager, UserMixin, current_user, login_required, login_user
from flask_sqlalchemy import SQLAlchemy
from flask_wtf import FlaskForm
from wtforms import StringField
from wtforms.validators import DataRequired

app = Flask(__name__)
app.config.update(SECRET_KEY="k", SQLALCHEMY_DATABASE_URI="sqlite:///people.db")
db = SQLAlchemy(app)
manager = LoginManager(app)

class User(UserMixin, db.Model):
    id = db.Column(db.Integer, primary_key=True)
    name = db.Column(db.String(20), unique=True)

class Form(FlaskForm):
    name = StringField("Name", validators=[DataRequired()])

@manager.user_loader
def load(id):
    return db.session.get(User, int(id))

@app.route("/", methods=["GET", "POST"])
def index():
    form = Form()
    if form.validate_on_submit():
        user = User(name=form.name.data)
        db.session.add(user)
        db.session.commit()
        login_user(user)
        return redirect("/me")
    return render_template_string("{{ form.csrf_token }} {{ form.errors }}", form=form)

@app.route("/me")
@login_required
def me():
    return current_user.name

with app.app_context():
    db.create_all()
client = app.test_client()
print(client.get("/me").status_code)
token = re.search('value="([^"]+)"', client.get("/").text)[1]
print("token is missing" in client.post("/", data={"name": "ada"}).text)
print(client.post("/", data={"name": "ada", "csrf_token": token}).status_code, client.get("/me").text)
`;

const mapped = `from sqlalchemy import ForeignKey, String, create_engine, func, select
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column, relationship

class Base(DeclarativeBase):
    pass

class Shelf(Base):
    __tablename__ = "shelf"
    id: Mapped[int] = mapped_column(primary_key=True)
    books: Mapped[list["Book"]] = relationship(back_populates="shelf")

class Book(Base):
    __tablename__ = "book"
    id: Mapped[int] = mapped_column(primary_key=True)
    title: Mapped[str] = mapped_column(String(50))
    shelf_id: Mapped[int] = mapped_column(ForeignKey("shelf.id"))
    shelf: Mapped[Shelf] = relationship(back_populates="books")

if __name__ == "__main__":
    engine = create_engine("sqlite:///books.db")
    Base.metadata.create_all(engine)
    with Session(engine) as session:
        session.add(Shelf(books=[Book(title="a"), Book(title="b")]))
        session.commit()
        print(session.scalar(select(func.count(Book.id))), len(session.get(Shelf, 1).books))
`;

const asked = `import requests
base = "http://localhost:8123"
answer = requests.get(f"{base}/page.txt")
print(answer.status_code, answer.text.strip(), requests.get(f"{base}/none").status_code)
try:
    requests.get("http://localhost:9")
except requests.ConnectionError as error:
    print(error)
`;

const passwords = `import bcrypt
from flask import Flask
from flask_bcrypt import Bcrypt
hashed = Bcrypt(Flask(__name__)).generate_password_hash("secret", 5).decode()
print(hashed[:7], bcrypt.checkpw(b"secret", hashed.encode()), bcrypt.checkpw(b"wrong", hashed.encode()))
print(bcrypt.hashpw(b"Kk4DQuMMfZL9o", b"$2b$04$cVWp4XaNU8a4v1uMRum2SO"))
`;

const pictures = `import base64, io
from PIL import Image
png = base64.b64decode("iVBORw0KGgoAAAANSUhEUgAAAAIAAAADCAIAAAA2iEnWAAAAEElEQVR4nGP4DwYMUNAABgBzLAj70RWQiQAAAABJRU5ErkJggg==")
image = Image.open(io.BytesIO(png))
print(image.format, image.size, image.mode)
image.verify()
Image.init()
print("GIF" in Image.OPEN, "JPEG" in Image.OPEN)
try:
    Image.open(io.BytesIO(b"no image"))
except Image.UnidentifiedImageError:
    print("unidentified")
try:
    Image.open(io.BytesIO(png)).resize((1, 1))
except NotImplementedError as error:
    print(error)
`;

const web = `def app(environ, start_response):
    start_response("200 OK", [])
    return [b"hi"]
`;

/** [what is used, files, commands, what they print]. */
const uses: readonly (readonly [string, Readonly<Record<string, string>>, string, string | RegExp])[] = [
  [
    "flask-sqlalchemy, flask-login and flask-wtf",
    { "app.py": application },
    "python app.py; ls instance",
    "401\nTrue\n302 ada\npeople.db\n",
  ],
  ["sqlalchemy", { "models.py": mapped }, "python models.py", "2 2\n"],
  [
    "alembic",
    { "models.py": mapped },
    `alembic init -t generic migrations >/dev/null
sed -i 's#^sqlalchemy.url = .*#sqlalchemy.url = sqlite:///a.db#' alembic.ini
sed -i 's#^target_metadata = None#from models import Base\\ntarget_metadata = Base.metadata#' migrations/env.py
alembic revision --autogenerate -m first 2>&1 | grep -c 'Detected added table'
alembic upgrade head 2>&1 | grep -c 'Running upgrade'
alembic current 2>/dev/null
python -c 'import sqlite3; print(sorted(sqlite3.connect("a.db").execute("select name from sqlite_master where type = '"'table'"'")))'`,
    /^2\n1\n[0-9a-f]{12} \(head\)\n\[\('alembic_version',\), \('book',\), \('shelf',\)\]\n$/,
  ],
  [
    "pytest",
    { "test_good.py": "def test_good():\n    assert 1 + 1 == 2\n", "test_bad.py": "def test_bad():\n    assert [1] == [2]\n" },
    "pytest -q test_good.py; echo = $?; python -m pytest -q; echo = $?; pytest -q none.py; echo = $?",
    /^\..*100%\]\n1 passed in [^\n]*\n= 0\n.*assert \[1\] == \[2\]\n.*FAILED test_bad.py::test_bad.*1 failed, 1 passed.*= 1\n.*file or directory not found: none.py.*= 4\n$/s,
  ],
  [
    "flask-bcrypt",
    { "hash.py": passwords },
    "python hash.py",
    "$2b$05$ True False\nb'$2b$04$cVWp4XaNU8a4v1uMRum2SO026BWLIoQMD/TXg5uZV.0P.uO8m3YEm'\n",
  ],
  [
    "Pillow, as far as a file's header goes",
    { "picture.py": pictures },
    "python picture.py",
    /^PNG \(2, 3\) RGB\nTrue True\nunidentified\nPillow's \w[\w ]* needs its compiled core, which this machine has not/,
  ],
  [
    "python-dotenv",
    { ".env": 'A=1\nB="two words"\n', "env.py": "import os\nfrom dotenv import load_dotenv\nprint(load_dotenv(), os.environ['B'])\n" },
    "python env.py; dotenv list",
    "True two words\nA=1\nB=two words\n",
  ],
  [
    "dj-database-url",
    {
      "url.py": "import dj_database_url as url\nprint(url.parse('postgres://u:p@h:5433/d')['PORT'], url.parse('sqlite:///x.db')['NAME'])\n",
    },
    "python url.py",
    "5433 x.db\n",
  ],
  [
    "requests",
    { "page.txt": "hello\n", "ask.py": asked },
    "python -u -m http.server 8123 >server.log 2>&1 & until grep -q Serving server.log; do sleep 0.1; done; python ask.py; kill %1; grep -c Warning server.log",
    /^200 hello 404\n.*Failed to establish a new connection: \[Errno 111\] Connection refused.*\n0\n$/,
  ],
  ["markdown", {}, "python -m markdown <<< '# **x**'", "<h1><strong>x</strong></h1>"],
  [
    "pytz",
    { "zone.py": "import datetime, pytz\nprint(pytz.timezone('Europe/Berlin').localize(datetime.datetime(2026, 7, 1)))\n" },
    "python zone.py",
    "2026-07-01 00:00:00+02:00\n",
  ],
  [
    "gunicorn",
    { "web.py": web },
    "gunicorn --version; gunicorn --check-config web:app; echo $?; gunicorn --check-config web:none >why 2>&1; echo $?; tail -1 why",
    /^gunicorn \(version [\d.]+\)\n0\n[1-9]\n.*none.*\n$/,
  ],
  // The client library is the machine's; a server is not there.
  [
    "psycopg",
    {},
    "python -c 'import psycopg; psycopg.connect(\"host=127.0.0.1 dbname=shop\")' 2>&1 | tail -2",
    'psycopg.OperationalError: connection failed: connection to server at "127.0.0.1", port 5432 failed: Connection refused\n\tIs the server running on that host and accepting TCP/IP connections?\n',
  ],
];

for (const [index, [name, files, commands, expected]] of uses.entries()) {
  it(`${name} can be used`, async () => {
    const cwd = `/home/learner/use-${index}`;
    expect((await python.sh(`mkdir ${cwd}`)).status).toBe(0);
    for (const [file, text] of Object.entries(files)) python.machine.files.writeFile(`${cwd}/${file}`, text);
    const { output } = await python.sh(commands, { cwd });
    if (typeof expected === "string") expect(output).toBe(expected);
    else expect(output).toMatch(expected);
  });
}

it("tells what pip offers instead of what it does not find", async () => {
  const said = async (wanted: string) => (await python.sh(`pip install '${wanted}' 2>&1 | tail -1`)).output;
  expect(await said("Django==5.1.4")).toMatch(
    /one version of each\. Of django that is (5\.\S+): ask for it \(django==\1\), or for any version/,
  );
  expect(await said("cryptography>=42")).toContain("cryptography is compiled code, which this machine's Python can't load.");
  expect(await said("flask-corse")).toMatch(/flask-corse is not among them\. Near that name: flask-cors.* They are: aiofiles 2/);
});
