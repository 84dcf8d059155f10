"""What happens when a loaf goes over the counter."""

import time

from django.db import transaction

from .models import Loaf, Order


def sell(name, till):
    """One loaf less in stock, one order more in the book. Both are kept, or neither."""
    with transaction.atomic():
        loaf = Loaf.objects.get(name=name)
        time.sleep(0.02)  # The customer looks for the last coin.
        loaf.stock = loaf.stock - 1
        loaf.save()
        Order.objects.create(loaf=loaf, till=till)
