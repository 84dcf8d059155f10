"""Sells one loaf, and says how long it took:  python sell.py "Pier baguette" """

import os
import sys
import time

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "shop.settings")

import django  # noqa: E402

django.setup()

from django.db import DatabaseError, connection  # noqa: E402

from bread.sale import sell  # noqa: E402

connection.ensure_connection()
began = time.monotonic()
try:
    sell(sys.argv[1], till=0)
    said = f"{connection.vendor}: sold"
except DatabaseError as error:
    said = f"{connection.vendor}: {str(error).splitlines()[0]}"
print(f"{said} ({time.monotonic() - began:.1f} s)")
sys.exit(0 if said.endswith("sold") else 1)
