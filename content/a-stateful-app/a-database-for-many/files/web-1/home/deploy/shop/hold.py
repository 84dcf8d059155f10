"""Changes the stock of one loaf in a transaction, and leaves the transaction open until Ctrl-C."""

import os

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "shop.settings")

import django  # noqa: E402

django.setup()

from django.db import connection, transaction  # noqa: E402

from bread.models import Loaf  # noqa: E402

LOAF = "Lighthouse rye"

with transaction.atomic():
    Loaf.objects.filter(name=LOAF).update(stock=99)
    print(f"{connection.vendor}: {LOAF} is changed, and not committed. Ctrl-C lets go.", flush=True)
    try:
        input()
    except (KeyboardInterrupt, EOFError):
        print()
    transaction.set_rollback(True)
print("Let go. Nothing was changed.")
