"""The order book of the Harbor Bakery: what was ordered, and what it costs."""

import os
import sqlite3

from flask import Flask, render_template, request

PRICES = {"roll": 0.60, "baguette": 2.40}

SAMPLES = [("Ann", "roll", 10), ("Ben", "rye", 3), ("Chris", "baguette", 2)]


def connect(app):
    """Opens the database, and makes its table if it is new."""
    database = sqlite3.connect(app.config["DATABASE"])
    database.row_factory = sqlite3.Row
    database.execute("CREATE TABLE IF NOT EXISTS orders (id INTEGER PRIMARY KEY, customer TEXT, bread TEXT, quantity INTEGER)")
    return database


def price(bread, quantity):
    return PRICES[bread] * quantity


def create_app(database=None):
    app = Flask(__name__)
    # Where the orders are kept, and where this program runs: the two things that are not the same everywhere.
    app.config["DATABASE"] = database or os.environ.get("ORDERS_DATABASE", os.path.join(app.root_path, "orders.db"))
    app.config["ENVIRONMENT"] = os.environ.get("ORDERS_ENVIRONMENT", "development")

    @app.get("/")
    def index():
        orders = connect(app).execute("SELECT * FROM orders ORDER BY id").fetchall()
        return render_template("orders.html", orders=orders)

    @app.get("/orders/<int:number>")
    def order(number):
        found = connect(app).execute("SELECT * FROM orders WHERE id = ?", (number,)).fetchone()
        if found is None:
            return "There is no such order.\n", 404
        return render_template("order.html", order=found, price=price(found["bread"], found["quantity"]))

    @app.get("/quote")
    def quote():
        bread = request.args["bread"]
        quantity = int(request.args["quantity"])
        return render_template("quote.html", bread=bread, quantity=quantity, price=price(bread, quantity))

    @app.cli.command("seed")
    def seed():
        """Puts three sample orders into the database."""
        with connect(app) as database:
            database.executemany("INSERT INTO orders (customer, bread, quantity) VALUES (?, ?, ?)", SAMPLES)

    return app
