#!/bin/sh
# Starts the shop. Copied from the order book, which is written with Flask.
exec gunicorn --bind 127.0.0.1:8002 shop.wsgi:app
