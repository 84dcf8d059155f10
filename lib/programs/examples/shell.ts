import type { Examples } from "./examples.ts";

/** What the shell's own commands are for, in a line. */
export const SHELL_SUMMARIES: Readonly<Record<string, string>> = {
  alias: "give a command a short name",
  bg: "let a stopped job go on in the background",
  cd: "go to another folder",
  command: "run a program even where a function or alias has its name",
  echo: "print words",
  exit: "leave the shell",
  export: "pass a variable on to the programs that are started",
  fg: "bring a job to the foreground",
  help: "what a command is for, with examples",
  history: "the commands that you typed",
  jobs: "the jobs of this shell",
  kill: "send a signal to a process or job",
  printf: "print with a format",
  read: "read a line into variables",
  set: "options of the shell and its arguments",
  source: "run the commands of a file in this shell",
  test: "check files and compare values",
  trap: "say what to do when a signal comes or the shell ends",
  type: "say what a name stands for",
  umask: "rights that new files do not get",
  wait: "wait for jobs to end",
};

/** Commands of the shell. */
export const SHELL: Examples = {
  alias: [
    ["alias ll='ls -l'", "A short name for a command"],
    ["alias", "All that there are"],
    ["alias ll='ls -l'; unalias ll", "Forget one"],
  ],
  cd: [
    ["cd site", "Go into a folder"],
    ["cd ..", "One folder up"],
    ["cd", "Home"],
    ["cd site; cd -", "Back to where you were"],
    ["cd /var/log", "To a place, wherever you are"],
  ],
  command: [
    ["command -v curl", "Where a command comes from; a safe test in scripts"],
    ["command ls", "The program itself, not its alias"],
    ["command -V cd", "In words"],
  ],
  echo: [
    ["echo hello", "Print words"],
    ['echo "Home is $HOME"', "With the value of a variable"],
    ["echo -n 'no new line'", "And stay in the line"],
    ["echo 'one more line' >> notes.txt", "Add a line to a file"],
    ["echo -e 'a\\tb'", "With a tab"],
  ],
  export: [
    ["export EDITOR=nano", "Set a variable for programs that are started"],
    ['export PATH="$HOME/bin:$PATH"', "Look for programs in one more folder"],
    ["export -p", "All that are passed on"],
    ["export EDITOR=nano; export -n EDITOR", "No longer pass it on"],
  ],
  help: [
    ["help", "All commands of the shell"],
    ["help tar", "Examples for a program"],
    ["help cd", "Examples for a command of the shell"],
  ],
  history: [
    ["history", "All"],
    ["history 5", "The last five"],
    ["history -c", "Forget them"],
  ],
  jobs: [
    ["sleep 60 & jobs", "What runs in the background"],
    ["sleep 60 & jobs -l", "With numbers of processes"],
    ["sleep 60 & jobs -p", "Only those numbers"],
  ],
  printf: [
    ["printf 'Hello, %s\\n' ada", "Print with a format; \\n ends the line"],
    ["printf '%s\\n' *.txt", "One line for each word"],
    ["printf '%05.2f\\n' 3.14159", "A number with two places"],
    ["printf '%x\\n' 255", "A number in another base"],
  ],
  read: [
    ['read -r line < notes.txt && echo "$line"', "The first line of a file"],
    ['while IFS=, read -r name city age; do echo "$name: $age"; done < people.csv', "Each line, in fields"],
    ["read -r first rest <<< 'one two three' && echo \"$rest\"", "Into several variables"],
  ],
  set: [
    ["set -euo pipefail", "Let a script end at the first mistake"],
    ["set -x; ls", "Show commands before they are run"],
    ["set -- a b c; echo $2", "Give the shell other arguments"],
  ],
  source: [
    ["source ~/.bashrc", "Read the settings of the shell again"],
    ["source ./app.conf; echo $port", "Take variables from a file"],
    [". ./app.conf", "The same, shorter"],
  ],
  test: [
    ["test -f notes.txt && echo 'a file'", "Is there such a file?"],
    ["test -d site && echo 'a folder'", "Is there such a folder?"],
    ['if [ -z "$NOSUCH" ]; then echo empty; fi', "Is a text empty? [ is another name of test"],
    ["test 3 -gt 2 && echo more", "Compare numbers"],
  ],
  trap: [
    ["trap 'echo bye' EXIT", "Do something when the shell ends"],
    ["trap 'rm -f work' EXIT; touch work", "Tidy up"],
    ["trap '' INT", "Ignore Ctrl-C"],
  ],
  type: [
    ["type ls", "What a name stands for"],
    ["type -a echo", "All that it could be"],
    ["type -t cd", "In one word"],
  ],
  umask: [
    ["umask", "Rights that new files do not get"],
    ["umask 077; touch secret", "New files are only for you"],
    ["umask -S", "In letters: rights that they get"],
  ],
  wait: [
    ["sleep 0.1 & wait", "Wait for all jobs"],
    ["sleep 0.1 & wait $!", "For one, and take its status"],
    ["sleep 0.1 & sleep 0.2 & wait -n", "For the first that ends"],
  ],
};
