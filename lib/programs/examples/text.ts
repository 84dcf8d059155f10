import type { Examples } from "./examples.ts";

/** Text: showing, searching, changing. */
export const TEXT: Examples = {
  cat: [
    ["cat notes.txt", "Show a file"],
    ["cat notes.txt names.txt > both.txt", "Put files one after the other"],
    ["cat -n notes.txt", "With numbers of lines"],
    ["cat -A app.conf", "Show tabs and ends of lines"],
    ["cat names.txt >> notes.txt", "Add a file to the end of another"],
  ],
  less: [
    ["less access.log", "Read a file: Space goes on, / searches, q leaves"],
    ["less -N access.log", "With numbers of lines"],
    ["less -S access.log", "Cut long lines off instead of breaking them"],
    ["ls -l /usr/bin | less", "Read what a program prints"],
  ],
  head: [
    ["head notes.txt", "The first ten lines"],
    ["head -n 3 access.log", "The first three lines"],
    ["head -n -1 names.txt", "All but the last line"],
    ["head -c 16 notes.txt", "The first 16 bytes"],
  ],
  tail: [
    ["tail access.log", "The last ten lines"],
    ["tail -n 3 access.log", "The last three lines"],
    ["tail -n +2 people.csv", "From the second line on"],
    ["tail -f access.log", "Wait for what is added; Ctrl-C ends it"],
  ],
  grep: [
    ["grep 404 access.log", "Lines with a text"],
    ["grep -i ADA names.txt", "Large and small letters are the same"],
    ["grep -rn color site", "In all files of a folder, with the number of the line"],
    ["grep -v '^#' app.conf", "Lines that do not match"],
    ["grep -c GET access.log", "How many lines match"],
    ["grep -oE '[0-9]+\\.[0-9.]+' access.log", "Only what matches an extended pattern"],
  ],
  sed: [
    ["sed 's/8000/9000/' app.conf", "Replace the first match of each line, and show the result"],
    ["sed -i 's/8000/9000/g' app.conf", "Replace all matches in the file itself"],
    ["sed -n '2,3p' notes.txt", "Show lines 2 to 3"],
    ["sed '/^#/d' app.conf", "Leave out lines that match"],
    ["sed -E 's/([a-z]+)=(.*)/\\2 is \\1/' app.conf", "Use groups of an extended pattern"],
  ],
  awk: [
    ["awk '{print $1}' access.log", "The first word of each line"],
    ["awk -F, '{print $2}' people.csv", "The second field, with commas between"],
    ["awk '{sum += $NF} END {print sum}' access.log", "The sum of the last fields"],
    ["awk '$(NF-1) == 404' access.log", "Lines with a value in a field"],
    ["awk '{seen[$1]++} END {for (who in seen) print seen[who], who}' access.log", "Count by the first word"],
  ],
  cut: [
    ["cut -d, -f1 people.csv", "The first field, with commas between"],
    ["cut -d: -f1,7 /etc/passwd", "Fields 1 and 7"],
    ["cut -c1-10 notes.txt", "The first ten characters of each line"],
  ],
  sort: [
    ["sort names.txt", "Sort lines"],
    ["sort -u names.txt", "And show each once"],
    ["sort -n numbers.txt", "Sort as numbers"],
    ["sort -t, -k3,3nr people.csv", "By the third field, as numbers, the biggest first"],
    ["du -a site | sort -rn | head -n 3", "The biggest three"],
  ],
  uniq: [
    ["sort names.txt | uniq", "Show equal lines once; they must stand together"],
    ["sort names.txt | uniq -c | sort -rn", "How often each line comes, the most frequent first"],
    ["sort names.txt | uniq -d", "Only lines that come more than once"],
  ],
  tr: [
    ["tr a-z A-Z < names.txt", "Small letters to large ones"],
    ["tr -d '\\r' < notes.txt", "Delete a character"],
    ["tr -s ' ' '\\n' < notes.txt", "One word a line"],
    ["tr -cd 0-9 < app.conf", "Keep only digits"],
  ],
  wc: [
    ["wc notes.txt", "Lines, words and bytes"],
    ["wc -l access.log", "Only lines"],
    ["ls | wc -l", "How many files are here"],
    ["wc -w *.txt", "Words of several files and of all"],
  ],
  tee: [
    ["ls | tee list.txt", "Show what a program prints and write it to a file"],
    ["echo 'one more' | tee -a notes.txt", "Add it to the end of a file"],
    ["echo 'motd' | sudo tee /etc/motd > /dev/null", "Write to a file that only root can write"],
  ],
  diff: [
    ["diff -u notes.txt names.txt", "What differs, as patch reads it; status 1 says that something does", 1],
    ["diff -r site copies", "Compare folders", 1],
    ["diff -q notes.txt names.txt", "Only whether they differ", 1],
    ["diff <(sort names.txt) <(sort -u names.txt)", "Compare what two programs print", 1],
  ],
  patch: [
    ["diff -u notes.txt names.txt > change; patch notes.txt < change", "Make the changes that diff found"],
    ["diff -u notes.txt names.txt > change; patch --dry-run notes.txt < change", "Only see whether it would work"],
    ["diff -u notes.txt names.txt > change; patch -R names.txt < change", "Take the changes back"],
  ],
  cmp: [
    ["cmp notes.txt names.txt", "The first byte that differs", 1],
    ["cmp -s notes.txt names.txt && echo same || echo different", "Say nothing; only the status"],
    ["cp notes.txt copy.txt; cmp notes.txt copy.txt", "Equal files: nothing is said"],
  ],
  comm: [
    ["comm <(sort names.txt) <(sort -u names.txt)", "Only in the first, only in the second, in both"],
    ["comm -12 <(sort names.txt) <(cut -d, -f1 people.csv | sort)", "Only what is in both"],
    ["comm -23 <(sort names.txt) <(cut -d, -f1 people.csv | sort)", "Only what the second lacks"],
  ],
  join: [
    ["join -t, <(sort people.csv) <(sort people.csv)", "Lines of two sorted files that have the same first field"],
    ["join -t, -1 2 -2 2 <(sort -t, -k2 people.csv) <(sort -t, -k2 people.csv)", "By the second field of each"],
    ["join -a 1 <(sort names.txt) <(sort -u names.txt)", "And lines of the first that have no partner"],
  ],
  paste: [
    ["paste names.txt numbers.txt", "Files side by side"],
    ["paste -sd, names.txt", "All lines in one, with commas between"],
    ["paste -d' ' - - < names.txt", "Two lines in one"],
  ],
  column: [
    ["column -t -s, people.csv", "A table with even columns"],
    ["ls | column", "In several columns"],
    ["column -t /etc/fstab", "A table whose fields have blanks between"],
  ],
  seq: [
    ["seq 5", "Numbers from 1 to 5"],
    ["seq 0 10 50", "From 0 to 50 in tens"],
    ["seq -w 1 10", "All of the same width"],
    ['for n in $(seq 3); do echo "number $n"; done', "In a loop"],
  ],
  xargs: [
    ["cat list | xargs rm -f", "Run a program with words from its input"],
    ["find . -name '*.txt' -print0 | xargs -0 wc -l", "Safe for names with blanks"],
    ["seq 3 | xargs -I{} echo 'file {}'", "Once a line, with the line in the middle"],
    ["seq 6 | xargs -n 2 echo", "Two words at a time"],
  ],
  jq: [
    ["jq . data.json", "Show JSON in order and color"],
    ["jq -r .name data.json", "One value, without quotes"],
    ["jq '.items[].price' data.json", "A value of each entry"],
    ["jq '.items | length' data.json", "How many there are"],
    ["jq '.items[] | select(.price > 5)' data.json", "Only some entries"],
  ],
  base64: [
    ["printf hello | base64", "Write bytes as text"],
    ["echo aGVsbG8= | base64 -d", "And back"],
    ["base64 -w 0 notes.txt", "In one line"],
  ],
  nl: [
    ["nl notes.txt", "Number the lines that are not empty"],
    ["nl -b a notes.txt", "Number all lines"],
    ["nl -w 3 -s '. ' names.txt", "With another width and mark"],
  ],
  rev: [
    ["rev names.txt", "Each line backwards"],
    ["echo level | rev", "Backwards"],
    ["ls | rev | cut -d. -f1 | rev | sort -u", "Which endings files have"],
  ],
  tac: [
    ["tac notes.txt", "The last line first"],
    ["tac access.log | head -n 3", "The newest three lines, the newest first"],
    ["seq 5 | tac", "Count down"],
  ],
  shuf: [
    ["shuf names.txt", "Lines in any order"],
    ["shuf -n 1 names.txt", "Draw one"],
    ["shuf -i 1-6 -n 1", "Roll a die"],
  ],
  split: [
    ["split -l 2 names.txt part-", "Files of two lines each"],
    ["split -b 1k access.log piece-", "Files of 1 KiB each"],
    ["split -l 2 names.txt part- && cat part-* > again.txt", "Put them together again"],
  ],
  fold: [
    ["fold -w 20 notes.txt", "Break lines at 20 columns"],
    ["fold -s -w 20 notes.txt", "Only between words"],
    ["printf abcdef | fold -w 2", "In twos"],
  ],
  xxd: [
    ["xxd notes.txt", "The bytes of a file"],
    ["xxd -l 16 site.zip", "The first 16"],
    ["printf hi | xxd -p", "Only digits"],
    ["echo 6869 | xxd -r -p", "And back"],
  ],
  bc: [
    ["echo '2 + 3 * 4' | bc", "Calculate"],
    ["echo 'scale=3; 10 / 3' | bc", "With three places"],
    ["echo 'obase=2; 10' | bc", "In another base"],
  ],
  envsubst: [
    ["echo 'Hello, $USER' | envsubst", "Put in values of environment variables"],
    ["NAME=Ada envsubst <<< 'Dear $NAME'", "With one of your own"],
    ["echo '$HOME and $USER' | envsubst '$USER'", "Only some of them"],
  ],
};
