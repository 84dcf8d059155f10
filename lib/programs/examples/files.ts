import type { Examples } from "./examples.ts";

/** Files, folders and archives. */
export const FILES: Examples = {
  ls: [
    ["ls", "Names in this folder"],
    ["ls -la", "Everything, hidden files too, with rights, owner, size and time"],
    ["ls -lh site", "The folder site, with sizes that are easy to read"],
    ["ls -lt", "The newest first"],
    ["ls -R site", "With all folders below"],
    ["ls -d */", "Only folders"],
  ],
  cp: [
    ["cp notes.txt copy.txt", "Copy a file"],
    ["cp -r site site-old", "Copy a folder with all that is in it"],
    ["cp -a site /tmp/", "Copy a folder and keep times, rights and links"],
    ["cp -i notes.txt names.txt copies/", "Copy files into a folder, and ask before one is overwritten"],
  ],
  mv: [
    ["mv notes.txt todo.txt", "Give a file another name"],
    ["mv notes.txt names.txt copies/", "Move files into a folder"],
    ["mv -n notes.txt names.txt", "Move, but never overwrite"],
    ["mv -v site www", "Say what is done"],
  ],
  rm: [
    ["rm notes.txt", "Delete a file; there is no way back"],
    ["rm -r site", "Delete a folder with all that is in it"],
    ["rm -f missing.txt", "Delete a file if it is there, and never ask"],
    ["rm -v *.log", "Delete what a pattern matches, and say what was deleted"],
    ["touch -- -odd; rm -- -odd", "Delete a file whose name begins with a dash"],
  ],
  mkdir: [
    ["mkdir photos", "Make a folder"],
    ["mkdir -p app/static/css", "Make a folder with all folders above it that are missing"],
    ["mkdir -m 700 private", "Make a folder that only you can enter"],
  ],
  rmdir: [
    ["rmdir copies", "Remove an empty folder"],
    ["mkdir -p a/b/c && rmdir -p a/b/c", "Remove a folder and the empty ones above it"],
    ["rmdir site", "A folder that is not empty stays", 1],
  ],
  touch: [
    ["touch new.txt", "Make an empty file, or set the time of one that is there to now"],
    ["touch -d '2026-01-31 12:00' notes.txt", "Set the time of a file"],
    ["touch -r notes.txt names.txt", "Take over the time of another file"],
  ],
  ln: [
    ["ln -s site current", "Make a symbolic link named current that leads to site"],
    ["ln -s site current && ln -sfn copies current", "Let a link lead elsewhere"],
    ["ln notes.txt same.txt", "Give a file a second name (a hard link)"],
  ],
  chmod: [
    ["chmod +x script.sh", "Make a script executable"],
    ["chmod 644 notes.txt", "You read and write, all others read"],
    ["chmod 600 app.conf", "You read and write, nobody else does anything"],
    ["chmod -R go-w site", "Take the right to write from group and others, in a whole folder"],
    ["chmod u=rwx,g=rx,o= script.sh", "Say it in letters"],
  ],
  chown: [
    ["sudo chown root notes.txt", "Give a file to root"],
    ["sudo chown -R www-data:www-data site", "Give a folder to a user and a group"],
    ["sudo chown :www-data notes.txt", "Change only the group"],
  ],
  chgrp: [
    ["sudo chgrp www-data notes.txt", "Give a file to a group"],
    ["sudo chgrp -R www-data site", "Give a folder to a group, with all that is in it"],
    ["chgrp -v learner notes.txt", "Say what is done"],
  ],
  stat: [
    ["stat notes.txt", "All that the file system knows of a file"],
    ["stat -c '%a %U %n' *", "Rights in digits, owner and name of every file"],
    ["stat -c %s notes.txt", "Only the size in bytes"],
    ["stat -f /", "What the file system has and what is free"],
  ],
  file: [
    ["file notes.txt", "Say what kind of file it is"],
    ["file *", "The same for all files"],
    ["file -b --mime-type site.tar.gz", "Only the media type"],
  ],
  find: [
    ["find . -name '*.txt'", "Files with a name, in this folder and below"],
    ["find . -type d", "Only folders"],
    ["find . -size +10k", "Files of more than 10 KiB"],
    ["find . -mtime -1", "Files that were changed within a day"],
    ["find . -name '*.css' -exec wc -l {} +", "Run a program on what was found"],
    ["find . -empty -delete", "Delete empty files and folders"],
  ],
  tree: [
    ["tree", "Everything below this folder, as a tree"],
    ["tree -L 1", "One level deep"],
    ["tree -a site", "With hidden files"],
    ["tree -d", "Only folders"],
  ],
  du: [
    ["du -sh site", "How much room a folder takes"],
    ["du -h -d 1 | sort -h", "The folders here, the biggest last"],
    ["du -a site", "Every file, too"],
  ],
  df: [
    ["df -h", "How full the disks are"],
    ["df -h .", "Only the disk that this folder is on"],
    ["df -i", "How many more files fit"],
  ],
  pwd: [
    ["pwd", "The folder you are in"],
    ["pwd -P", "The same without symbolic links"],
    ['echo "$(pwd)/notes.txt"', "The whole path of a file here"],
  ],
  basename: [
    ["basename /var/log/syslog", "The last part of a path"],
    ["basename notes.txt .txt", "And without its ending"],
    ["basename -a site/*", "For several paths"],
  ],
  dirname: [
    ["dirname /var/log/syslog", "All but the last part of a path"],
    ['cd "$(dirname site/index.html)"', "Go to where a file lies"],
    ["dirname a/b c/d", "For several paths"],
  ],
  realpath: [
    ["realpath notes.txt", "The whole path, without links and dots"],
    ["realpath --relative-to=site notes.txt", "The way from one folder to a file"],
    ["realpath -e missing", "Fail if it is not there", 1],
  ],
  mktemp: [
    ["mktemp", "Make an empty file with a name that nobody else has"],
    ["mktemp -d", "Make such a folder"],
    ['work=$(mktemp -d) && echo "$work" && rm -r "$work"', "Use one in a script"],
  ],
  nano: [
    ["nano notes.txt", "Edit a file: Ctrl-O writes it, Ctrl-X leaves"],
    ["nano +3 notes.txt", "Begin in line 3"],
    ["nano -l notes.txt", "With numbers of lines"],
  ],
  tar: [
    ["tar -czf new.tar.gz site", "Pack a folder, compressed"],
    ["tar -tzf site.tar.gz", "List what is in an archive"],
    ["tar -xzf site.tar.gz", "Unpack it here"],
    ["tar -xzf site.tar.gz -C copies", "Unpack it in another folder"],
    ["tar -xzf site.tar.gz site/index.html", "Unpack one file of it"],
  ],
  gzip: [
    ["gzip access.log", "Compress a file; access.log.gz takes its place"],
    ["gzip -k access.log", "And keep the file"],
    ["gzip -k access.log && gzip -l access.log.gz", "How much it helped"],
    ["gzip -c access.log | gunzip | head -n 1", "In a pipeline"],
  ],
  gunzip: [
    ["gzip access.log && gunzip access.log.gz", "Expand a file again"],
    ["gzip access.log && gunzip -k access.log.gz", "And keep the compressed one"],
    ["gzip access.log && gunzip -c access.log.gz | head -n 2", "Only show what is in it"],
  ],
  zip: [
    ["zip notes.zip notes.txt names.txt", "Pack files"],
    ["zip -r new.zip site", "Pack a folder"],
    ["zip -r new.zip site -x '*.css'", "Leave out some files"],
  ],
  unzip: [
    ["unzip -l site.zip", "List what is in an archive"],
    ["unzip -o site.zip", "Unpack it here, over what is there"],
    ["unzip site.zip -d copies", "Unpack it in another folder"],
    ["unzip -p site.zip site/index.html", "Only show one file of it"],
  ],
  sha256sum: [
    ["sha256sum notes.txt", "The checksum of a file"],
    ["sha256sum *.txt > sums", "Write down the checksums of some files"],
    ["sha256sum *.txt > sums; sha256sum -c sums", "See whether the files are still the same"],
  ],
  md5sum: [
    ["md5sum notes.txt", "The checksum of a file, in an old way that is no longer safe"],
    ["md5sum *.txt > sums; md5sum -c sums", "See whether files are still the same"],
    ["printf hello | md5sum", "The checksum of a text"],
  ],
};
