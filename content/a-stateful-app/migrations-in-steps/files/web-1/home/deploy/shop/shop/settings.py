"""Settings of the bakery's shop: only what its orders need."""

import os

SECRET_KEY = os.environ.get("SECRET_KEY", "only-for-trying-things")
ALLOWED_HOSTS = ["*"]
INSTALLED_APPS = ["bread", "orders"]
ROOT_URLCONF = "shop.urls"
WSGI_APPLICATION = "shop.wsgi.application"
USE_TZ = True
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# PostgreSQL on this machine, as the system's user of the same name: no password.
DATABASES = {
    "default": {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": os.environ.get("DATABASE", "shop"),
        "CONN_MAX_AGE": 600,
    }
}

# What goes wrong in a request is written to the log of the server.
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "handlers": {"console": {"class": "logging.StreamHandler"}},
    "loggers": {"django.request": {"handlers": ["console"], "level": "ERROR"}},
}
