cd /etc/systemd/system || exit
for file in *.service *.timer *.target; do
  [ -f "$file" ] || continue
  case $file in *@.*) systemctl stop "${file%%@*}@*" ;; default.target) ;; *) systemctl stop "$file" ;; esac
done >/dev/null 2>&1
find . -mindepth 1 ! -lname /dev/null ! -name default.target ! -name multi-user.target.wants -delete >/dev/null 2>&1
rm -rf /run/systemd/transient/* /run/demo* /tmp/demo* /srv/demo*
systemctl daemon-reload >/dev/null 2>&1
systemctl reset-failed >/dev/null 2>&1
journalctl --rotate --vacuum-files=1 >/dev/null 2>&1
true
