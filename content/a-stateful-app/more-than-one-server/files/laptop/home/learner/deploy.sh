#!/bin/bash
# Brings ~/board to both servers, and starts it there.
for host in web-1 web-2; do
  rsync -a ~/board $host:
  ssh $host "sudo cp board/board.service /etc/systemd/system/ && sudo systemctl daemon-reload && sudo systemctl restart board" &
done
wait
