import type { Examples } from "./examples.ts";

/** The network. */
export const NETWORK: Examples = {
  curl: [
    ["curl http://localhost:8000/", "Fetch a page and show it"],
    ["curl -i http://localhost:8000/", "With the head of the answer"],
    ["curl -o page.html http://localhost:8000/", "Into a file"],
    ["curl -L http://localhost:8000/moved", "Go where a redirect leads"],
    ["curl -d 'name=ada' http://localhost:8000/form", "Send a form (POST)"],
    [
      "curl -X PUT -H 'Content-Type: application/json' -d '{\"done\": true}' http://localhost:8000/items/1",
      "Send JSON with another method",
    ],
  ],
  certbot: [
    ["sudo certbot certificates", "Certificates that this machine has"],
    ["sudo certbot certonly --standalone -n --agree-tos -m me@shop.test -d shop.test", "A certificate, proved by answering on port 80", 1],
    ["sudo certbot certonly --webroot -w site -n --agree-tos -m me@shop.test -d shop.test", "Proved by a file of the running server", 1],
    ["sudo certbot renew --dry-run", "Try whether renewing will work"],
  ],
  wget: [
    ["wget http://localhost:8000/index.html", "Fetch a file into this folder"],
    ["wget -O page.html http://localhost:8000/", "Under another name"],
    ["wget -q -O - http://localhost:8000/", "Show it, and say nothing else"],
    ["wget --spider http://localhost:8000/index.html", "Only see whether it is there"],
  ],
  ping: [
    ["ping -c 3 localhost", "Ask three times whether a machine answers"],
    ["ping -c 1 -W 1 localhost > /dev/null && echo up", "In a script"],
    ["ping -c 3 -i 0.2 localhost", "More quickly"],
  ],
  ss: [
    ["ss -tln", "Which ports wait for connections"],
    ["sudo ss -tlnp", "And which program does"],
    ["ss -t", "Connections that are open"],
  ],
  ip: [
    ["ip addr", "Addresses of this machine"],
    ["ip -br addr", "In short"],
    ["ip route", "Which way packets go"],
    ["ip link", "Network devices"],
  ],
  dig: [
    ["dig web-1", "Ask DNS for an address"],
    ["dig +short web-1", "Only the answer"],
    ["dig -x 127.0.0.1", "The name of an address"],
  ],
  host: [
    ["host web-1", "The address of a name"],
    ["host -t A web-1", "Only one kind of record"],
    ["host nosuch.example", "A name that is not there", 1],
  ],
  nslookup: [
    ["nslookup web-1", "The address of a name"],
    ["nslookup -type=A web-1", "Only one kind of record"],
    ["nslookup nosuch.example", "A name that is not there", 1],
  ],
  ssh: [
    ["ssh learner@localhost", "Log in to another machine"],
    ["ssh learner@localhost uptime", "Run one command there"],
    ["ssh -i ~/.ssh/id_ed25519 learner@localhost hostname", "With this key"],
    ["ssh -p 22 learner@localhost hostname", "At this port"],
  ],
  scp: [
    ["scp notes.txt learner@localhost:copies/", "Copy a file to another machine"],
    ["scp learner@localhost:notes.txt here.txt", "Fetch one"],
    ["scp -r site learner@localhost:copies/", "Copy a folder"],
  ],
  git: [
    ["git init -b main site", "Begin a repository in a folder"],
    ["git clone -q learner@localhost:shop.git shop-copy", "Get a copy of one from another machine"],
    ["cd shop && git status", "What has changed, and what would be committed"],
    ["cd shop && git add -A && git commit -m 'New prices'", "Record everything that has changed"],
    ["cd shop && git log --oneline --graph", "The history, a line a commit"],
    ["cd shop && git push", "Send commits to where the repository came from"],
  ],
  rsync: [
    ["rsync -av site/ copies/", "Make a copy of what is in a folder"],
    ["rsync -av site learner@localhost:copies/", "On another machine; only what changed is sent"],
    ["rsync -avn --delete site/ copies/", "Only say what would be done"],
    ["rsync -av --delete site/ copies/", "Delete what is no longer there"],
    ["rsync -av --exclude='*.css' site/ copies/", "Leave out some files"],
  ],
  "ssh-keygen": [
    ["ssh-keygen -t ed25519 -N '' -f new-key", "Make a pair of keys without a passphrase"],
    ["ssh-keygen -lf ~/.ssh/id_ed25519.pub", "The fingerprint of a key"],
    ["ssh-keygen -y -f ~/.ssh/id_ed25519", "The public key of a private one"],
    ["ssh-keygen -R localhost", "Forget a machine's key"],
  ],
  nginx: [
    ["sudo nginx -t", "Is the configuration right?"],
    ["sudo nginx && curl -sI http://localhost/ && sudo nginx -s stop", "Start it, ask for a page, stop it"],
    ["sudo nginx && sudo nginx -s reload && sudo nginx -s quit", "Take a new configuration without losing a request"],
    ["sudo nginx -T | grep listen", "The whole configuration, with all its files"],
    ["/usr/sbin/nginx -v", "Which version"],
  ],
  ufw: [
    ["sudo ufw status", "Whether the firewall is on, and its rules"],
    ["sudo ufw allow 22/tcp", "Let ssh through; do that first"],
    ["sudo ufw allow 22/tcp && sudo ufw --force enable", "Turn the firewall on"],
    ["sudo ufw allow 8000 && sudo ufw delete allow 8000", "Remove a rule"],
    ["sudo ufw deny from 10.0.0.66", "Refuse a machine"],
  ],
};
