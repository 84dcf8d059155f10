# Rosa's script for release 4.
set -e
cd ~/shop
cp -r ~/releases/4/bread/. bread/
.venv/bin/python manage.py migrate bread
kill -HUP $(cat gunicorn.pid)
echo "Release 4 is live."
