"""A model of uWSGI 2.0 (https://uwsgi-docs.readthedocs.io): its command line, its messages, its processes; applications are WSGI's."""

VERSION = "2.0.31"
