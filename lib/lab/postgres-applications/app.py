from flask import Flask
from flask_sqlalchemy import SQLAlchemy

app = Flask(__name__)
app.config["SQLALCHEMY_DATABASE_URI"] = "postgresql://ann:x@localhost/shop"
db = SQLAlchemy(app)


class Visit(db.Model):
    id = db.Column(db.Integer, primary_key=True)
    page = db.Column(db.String(20))


@app.get("/<page>")
def show(page):
    db.session.add(Visit(page=page))
    db.session.commit()
    return str(db.session.query(Visit).filter_by(page=page).count())


with app.app_context():
    db.create_all()
client = app.test_client()
print([client.get(path).text for path in ["/a", "/a", "/b"]])
