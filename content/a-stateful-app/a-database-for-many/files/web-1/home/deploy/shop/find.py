"""Finds loaves by a word of their description:  python find.py walnut"""

import os
import sys

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "shop.settings")

import django  # noqa: E402

django.setup()

from bread.models import Loaf  # noqa: E402

word = sys.argv[1]
for loaf in Loaf.objects.filter(description__icontains=word):
    print(loaf.name)
