import pytest

from orders import connect, create_app


@pytest.fixture
def app():
    app = create_app()
    with connect(app) as database:
        database.execute("DELETE FROM orders")  # each test begins with an empty book
    return app


def add(app, customer, bread, quantity):
    with connect(app) as database:
        row = (customer, bread, quantity)
        return database.execute("INSERT INTO orders (customer, bread, quantity) VALUES (?, ?, ?)", row).lastrowid


def test_a_new_book_is_empty(app):
    assert b"0 orders" in app.test_client().get("/").data


def test_an_order_is_listed(app):
    add(app, "Dora", "roll", 4)
    page = app.test_client().get("/").data
    assert b"1 order" in page
    assert b"Dora" in page


def test_an_order_has_a_price(app):
    number = add(app, "Dora", "baguette", 2)
    assert b"4.80" in app.test_client().get(f"/orders/{number}").data


def test_a_quote_is_a_price(app):
    assert b"6.00" in app.test_client().get("/quote?bread=roll&quantity=10").data
