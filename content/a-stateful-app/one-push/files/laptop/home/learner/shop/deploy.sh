#!/bin/bash
# Deploys the shop: runs on the server, in ~/shop, when the code is there.
source .venv/bin/activate
pip install -q -r requirements.txt
python manage.py migrate --noinput
python manage.py collectstatic --noinput
kill -HUP $(cat gunicorn.pid)
echo "Deployed."
