# Friday afternoon, as it happened.
cd ~/shop
echo "16:58  The accountant starts his monthly report, and goes home."
nohup .venv/bin/python ~/report.py > ~/report.log 2>&1 &
until grep -q Read ~/report.log; do sleep 0.2; done
echo "17:02  Rosa starts the script for release 4, and goes home."
nohup bash ~/deploy.sh > ~/deploy.log 2>&1 &
until grep -q Applying ~/deploy.log; do sleep 0.2; done
echo "17:05  The phone rings: the shop's page does not load."
