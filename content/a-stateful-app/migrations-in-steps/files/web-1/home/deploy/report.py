"""The accountant's monthly report: reads what there is, and mails it."""

import smtplib
import time

import psycopg


def say(text):
    print(time.strftime("%H:%M:%S"), text, flush=True)


with psycopg.connect("dbname=shop application_name=monthly-report") as connection:
    breads = connection.execute("SELECT name FROM bread_loaf").fetchall()
    orders = connection.execute("SELECT count(*) FROM orders_order").fetchone()[0]
    say(f"Read {len(breads)} breads and {orders} orders.")
    while True:
        try:
            with smtplib.SMTP("localhost", 25) as server:
                server.sendmail("report@bakery.test", "books@bakery.test", f"{orders} orders of {len(breads)} breads")
                break
        except OSError as error:
            say(f"The mail server does not answer ({error}). I try again in ten seconds.")
            time.sleep(10)
