# Makes what the lesson begins with, by commands that you know: environment, database, tables, gunicorn.
set -e
cd ~/shop
echo "Packages …"
python3 -m venv .venv
.venv/bin/pip install -q -r requirements.txt
echo "PostgreSQL …"
sudo systemctl start postgresql
sudo -u postgres createuser --createdb deploy
createdb shop
# The server's log shall tell of everybody who waits for a lock for more than a second.
sudo -u postgres psql -qd shop -c "ALTER SYSTEM SET log_lock_waits = on" -c "SELECT pg_reload_conf()" > /dev/null
.venv/bin/python manage.py migrate -v 0
echo "gunicorn …"
nohup .venv/bin/gunicorn shop.wsgi --bind 0.0.0.0:8000 --workers 2 --pid gunicorn.pid > gunicorn.log 2>&1 &
curl -s --retry 60 --retry-connrefused --retry-delay 1 localhost:8000
