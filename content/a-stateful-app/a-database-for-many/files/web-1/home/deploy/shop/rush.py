"""
Saturday, ten o'clock: several tills sell at once. Each till is a process of its own.

    python rush.py            3 tills with 10 customers each
    python rush.py --tills 1  only one till
"""

import argparse
import os
import subprocess
import sys
import time

CUSTOMERS = 10
STOCK = 100
LOAF = "Lighthouse rye"

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "shop.settings")

import django  # noqa: E402

django.setup()

from django.db import DatabaseError, connection  # noqa: E402

from bread.models import Loaf, Order  # noqa: E402
from bread.sale import sell  # noqa: E402


def sell_to_everybody(number):
    """Sells to one customer after the other; what there is to say about it."""
    kept, refused = 0, []
    for _ in range(CUSTOMERS):
        try:
            sell(LOAF, number)
            kept += 1
        except DatabaseError as error:
            refused.append(str(error).splitlines()[0])
    reason = f"   {len(refused)} refused: {refused[0]}" if refused else ""
    return f"till {number}: {kept:2} orders{reason}"


def be_till(number):
    """Another till: a process of its own, which waits until the shop opens."""
    connection.ensure_connection()
    print("ready", flush=True)
    sys.stdin.readline()
    print(sell_to_everybody(number), flush=True)


def rush(tills):
    Order.objects.all().delete()
    Loaf.objects.update_or_create(name=LOAF, defaults={"stock": STOCK})
    others = [
        subprocess.Popen(
            [sys.executable, __file__, "--be-till", str(number)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        for number in range(2, tills + 1)
    ]
    for till in others:
        if till.stdout.readline() != "ready\n":
            sys.exit("A till did not open. What it said stands above.")
    began = time.monotonic()
    for till in others:
        till.stdin.write("open\n")
        till.stdin.flush()
    said = [sell_to_everybody(1)] + [till.stdout.readline().rstrip() for till in others]
    took = time.monotonic() - began
    for till in others:
        till.wait()
    print("\n".join(said))
    sold, left = Order.objects.count(), Loaf.objects.get(name=LOAF).stock
    print(f"\nThe book ({connection.vendor}) holds {sold} of {tills * CUSTOMERS} orders.")
    print(f"Stock: {left} of {STOCK} left, and should be {STOCK - sold}.")
    print(f"It took {took:.1f} s.")


options = argparse.ArgumentParser()
options.add_argument("--tills", type=int, default=3)
options.add_argument("--be-till", type=int, help=argparse.SUPPRESS)
chosen = options.parse_args()
if chosen.be_till:
    be_till(chosen.be_till)
else:
    rush(chosen.tills)
