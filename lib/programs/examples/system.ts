import type { Examples } from "./examples.ts";

/** Processes, the system, its users and packages. */
export const SYSTEM: Examples = {
  ps: [
    ["ps", "What runs in this terminal"],
    ["ps aux", "Everything that runs, with its user and memory"],
    ["ps -ef", "The same in another form, with the parent"],
    ["ps -o pid,ppid,stat,cmd", "Only some columns"],
    ["ps aux --sort=-%mem | head -n 5", "What takes the most memory"],
  ],
  top: [
    ["top", "What runs now, again and again; q leaves"],
    ["top -b -n 1", "Once, as text"],
    ["top -b -n 1 -u root", "Only what one user runs"],
  ],
  kill: [
    ["sleep 60 & kill $!", "Ask a process to end, by its number"],
    ["sleep 60 & kill -9 $!", "End it at once; it can't tidy up"],
    ["sleep 60 & kill %1", "End a job of this shell"],
    ["kill -l", "Names of all signals"],
    ["sleep 60 & kill -0 $! && echo 'it runs'", "Only see whether it is there"],
  ],
  pgrep: [
    ["pgrep sleep", "Numbers of processes by name"],
    ["pgrep -a sleep", "With the whole command"],
    ["pgrep -f 'sleep 60'", "Search in the whole command"],
    ["pgrep -u root", "What a user runs"],
  ],
  pkill: [
    ["pkill sleep", "End processes by name"],
    ["pkill -x sleep", "Only those with just that name"],
    ["pkill -KILL sleep", "With another signal"],
  ],
  killall: [
    ["killall sleep", "End all processes of a name"],
    ["killall -9 sleep", "At once"],
    ["killall -q nosuchprogram", "Say nothing when there is none", 1],
  ],
  pidof: [
    ["pidof sleep", "Numbers of a program's processes"],
    ["pidof -s sleep", "Only one"],
    ["pidof nosuchprogram || echo 'not running'", "See whether it runs"],
  ],
  timeout: [
    ["timeout 5 ls", "End a program that takes longer than 5 seconds"],
    ["timeout 0.1 sleep 60", "Status 124 says that the time was up", 124],
    ["timeout -s INT 0.1 sleep 60", "With another signal", 124],
    ["timeout -k 1 0.1 sleep 60", "And without mercy a second later", 124],
  ],
  nohup: [
    ["nohup ./script.sh &", "Go on when the terminal is closed; what it prints goes to nohup.out"],
    ["nohup ./script.sh > script.log 2>&1 &", "With a log of your own"],
    ["nohup sleep 60 > /dev/null & echo $!", "And remember its number"],
  ],
  watch: [
    ["watch ls -l", "See a folder change; Ctrl-C ends it"],
    ["watch -n 1 date", "Every second"],
    ["watch -t uptime", "Without the line at the top"],
  ],
  sleep: [
    ["sleep 1", "Wait a second"],
    ["sleep 0.1 && echo done", "Then go on"],
    ["sleep 0.1 & wait; echo done", "Wait in the background"],
  ],
  free: [
    ["free -h", "How much memory is used"],
    ["free -m", "In mebibytes"],
    ["free -h -t", "With a line for the sum"],
  ],
  uptime: [
    ["uptime", "How long the machine runs, and how busy it is"],
    ["uptime -p", "Only how long, in words"],
    ["uptime -s", "Since when"],
  ],
  uname: [
    ["uname -a", "All of the system's name"],
    ["uname -r", "The release of the kernel"],
    ["uname -m", "The kind of processor"],
  ],
  hostname: [
    ["hostname", "The name of this machine"],
    ["hostname -I", "Its addresses"],
    ["hostname -f", "Its whole name"],
  ],
  date: [
    ["date", "Date and time"],
    ["date +%Y-%m-%d", "In a form of your own"],
    ["date -u +%FT%TZ", "In UTC, as machines write it"],
    ["date -d 'tomorrow' +%A", "Another day"],
    ["date -d @0 -u", "From seconds since 1970"],
    ['cp notes.txt "notes-$(date +%F).txt"', "In the name of a file"],
  ],
  whoami: [
    ["whoami", "Who you are"],
    ["sudo whoami", "Who you are with sudo"],
    ['echo "I am $(whoami)"', "In a script"],
  ],
  id: [
    ["id", "Your numbers and groups"],
    ["id -u", "Only the number of the user"],
    ["id -Gn", "Only names of groups"],
    ["id root", "Those of somebody else"],
  ],
  groups: [
    ["groups", "Your groups"],
    ["groups root", "Those of somebody else"],
    ["groups | tr ' ' '\\n' | sort", "One a line"],
  ],
  who: [
    ["who", "Who is logged on"],
    ["who -q", "Only names, and how many"],
    ["who -H", "With a heading"],
  ],
  sudo: [
    ["sudo apt update", "Run one command as root"],
    ["sudo -u www-data whoami", "Run it as another user"],
    ["sudo -l", "What you may do"],
    ["sudo -i whoami", "In a login shell of root's"],
    ["echo 'x=1' | sudo tee -a /etc/environment", "Add to a file of root's"],
  ],
  su: [
    ["sudo su - root -c whoami", "Run a command as another user, as if just logged in"],
    ["sudo su learner -c 'echo $HOME'", "In the environment you have"],
    ["sudo su -s /bin/sh www-data -c id", "With another shell"],
  ],
  useradd: [
    ["sudo useradd -m -s /bin/bash ada", "Make a user with a home folder"],
    ["sudo useradd -m -G sudo ada && id ada", "Who may use sudo"],
    ["sudo useradd -r -s /usr/sbin/nologin app", "A user for a service, who can't log in"],
  ],
  usermod: [
    ["sudo usermod -aG www-data learner", "Put a user into one more group"],
    ["sudo usermod -s /bin/sh learner", "Give a user another shell"],
    ["sudo usermod -L learner", "Lock the password"],
  ],
  userdel: [
    ["sudo useradd -m ada && sudo userdel ada", "Remove a user and keep the home folder"],
    ["sudo useradd -m ada && sudo userdel -r ada", "With the home folder"],
    ["sudo userdel nobody-here", "A user that is not there", 6],
  ],
  passwd: [
    ["passwd", "Change your password"],
    ["sudo passwd -l www-data", "Lock a user's password"],
    ["sudo passwd -S root", "The state of a password"],
  ],
  apt: [
    ["sudo apt update", "Fetch the index of packages"],
    ["sudo apt update && sudo apt install -y tree", "Install a package"],
    ["apt search json", "Search for one"],
    ["apt show curl", "What is known of a package"],
    ["apt list --installed", "What is installed"],
    ["sudo apt remove -y tree", "Remove one"],
  ],
  man: [
    ["man ls", "The page of a program; q leaves"],
    ["man -k compress", "Programs by what they are for"],
    ["man -f tar", "What a program is for"],
  ],
  which: [
    ["which curl", "Where a program lies"],
    ["which -a sh", "All places"],
    ["which nosuchprogram || echo 'not installed'", "See whether it is there"],
  ],
  env: [
    ["env", "All environment variables"],
    ["env LANG=C sort names.txt", "Run a program with another value"],
    ["env -i /bin/sh -c env", "With none at all"],
    ["env -u HOME sh -c 'echo $HOME'", "Without one of them"],
  ],
  printenv: [
    ["printenv PATH", "The value of a variable"],
    ["printenv HOME USER", "Of several"],
    ["printenv NOSUCH || echo 'not set'", "See whether it is set"],
  ],
  "update-ca-certificates": [
    ["sudo update-ca-certificates", "Trust what lies in /usr/local/share/ca-certificates"],
    ["sudo update-ca-certificates --fresh", "Make all links anew"],
    ["ls /etc/ssl/certs", "What is trusted"],
  ],
  openssl: [
    ["openssl rand -hex 16", "A secret of 16 random bytes"],
    ["openssl rand -base64 24", "In other letters"],
    ["export SECRET=$(openssl rand -hex 16)", "In a variable for the programs that follow"],
    [
      "openssl req -x509 -newkey rsa:2048 -nodes -subj /CN=shop.test -days 30 -keyout key.pem -out cert.pem",
      "A key, and a certificate signed with it",
    ],
    ["openssl x509 -in /usr/share/ca-certificates/lab/Lab_Root_X1.crt -noout -subject -dates", "Whose a certificate is, and until when"],
    ["openssl dgst -sha256 notes.txt", "The digest of a file"],
  ],
};
