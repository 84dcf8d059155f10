"""A project that remembers nothing: no database, no accounts, no static files."""

SECRET_KEY = "only-for-this-lesson-it-signs-nothing"
DEBUG = False
ALLOWED_HOSTS = ["localhost", "127.0.0.1"]
ROOT_URLCONF = "shop.urls"
WSGI_APPLICATION = "shop.wsgi.application"
USE_TZ = True
