#!/bin/bash
# Makes the accounts, fills their mailboxes, then becomes Cyrus. All of it is new with each start.
set -euo pipefail

home=/run/cyrus
install -d -o cyrus -g mail $home
setpriv --reuid=cyrus --regid=mail --clear-groups /usr/lib/cyrus/bin/makedirs
# Its processes are not root; the mounted files keep the host's owner.
install -m 640 -g mail /netspeak/certs/server.key /netspeak/certs/server.chain.pem $home/

# The accounts are Dovecot's: `user01:{PLAIN}password::::::`, one password for all. `cyrus` is who may do everything.
mapfile -t users < <(cut -d: -f1 /netspeak/dovecot/passwd)
IFS='{}:' read -r _ _ _ password _ </netspeak/dovecot/passwd
for user in "${users[@]}" cyrus; do
  saslpasswd2 -p -c -f $home/sasldb -u cyrus "$user" <<<"$password"
done
chgrp mail $home/sasldb
chmod 640 $home/sasldb

# What is said by IMAP, without waiting for answers: the seed for the first user, copies of it for the others.
said() {
  local user file folder
  printf '0 LOGIN cyrus %s\r\n' "$password"
  for user in "${users[@]}"; do
    printf '0 CREATE user/%s\r\n0 SETACL user/%s cyrus lrswi\r\n' "$user" "$user"
    case $user in
      "${users[0]}")
        for file in /netspeak/seed/*.eml; do
          printf '0 APPEND user/%s {%d+}\r\n' "$user" "$(stat -c %s "$file")"
          cat "$file"
          printf '\r\n'
        done
        printf '0 EXAMINE user/%s\r\n' "$user"
        ;;
      many | empty) ;;
      *) printf '0 COPY 1:* user/%s\r\n' "$user" ;;
    esac
    for folder in Drafts Sent Trash; do
      printf '0 CREATE user/%s/%s (USE (\\%s))\r\n' "$user" "$folder" "$folder"
    done
    printf '0 SETQUOTA user/%s (STORAGE 1048576)\r\n' "$user"
    printf '0 DELETEACL user/%s cyrus\r\n' "$user"
  done
  printf '0 LOGOUT\r\n'
}

fill() {
  local master answers
  cyrmaster -M /etc/filling.conf &
  master=$!
  until exec 3<>/dev/tcp/127.0.0.1/1143; do sleep 0.05; done 2>/dev/null
  said >&3
  answers=$(tr -d '\r' <&3)
  exec 3>&-
  kill $master
  wait $master
  # Each line is news or a yes.
  if grep -vE '^(\*|0 OK) ' <<<"$answers"; then return 1; fi
}

# Cyrus writes to syslog only; here that is the container's log.
rm -f /dev/log
busybox syslogd -n -O - &
until [ -S /dev/log ]; do sleep 0.02; done

fill
exec cyrmaster
