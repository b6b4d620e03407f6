#!/bin/bash
# Fills the maildirs once, then becomes dovecot. A container that a test killed keeps its mail when started again.
set -euo pipefail

# The authentication process is not root; the mounted file keeps the host's owner.
install -m 640 -g dovecot /netspeak/dovecot/passwd /etc/dovecot/passwd

# One copy of the seed in this file system; every user gets hard links to it.
mkdir -p /srv/seed
cp /netspeak/seed/*.eml /srv/seed/

# Fills one mailbox, with the list that tells Dovecot the order: mail delivered later comes after it.
fill() {
  local user=$1 maildir=/srv/mail/$1/Maildir copies=() message name
  mkdir -p "$maildir/cur" "$maildir/new" "$maildir/tmp"
  case $user in
    empty) return ;;
    many) for name in $(seq -w 1000); do copies+=("many-$name"); done ;;
    *) for message in /srv/seed/*.eml; do copies+=("$(basename "$message" .eml)"); done ;;
  esac
  local first=(/srv/seed/*.eml) uid=0
  {
    echo "3 V1767225600 N$((${#copies[@]} + 1)) G$(echo "$user" | md5sum | cut -c 1-32)"
    for name in "${copies[@]}"; do
      message=/srv/seed/$name.eml
      [ "$user" = many ] && message=${first[0]}
      ln "$message" "$maildir/cur/$name:2,"
      uid=$((uid + 1))
      echo "$uid :$name"
    done
  } >"$maildir/dovecot-uidlist"
}

cut -d: -f1 /etc/dovecot/passwd | while read -r user; do
  [ -d "/srv/mail/$user/Maildir" ] || fill "$user"
done
chown -R vmail:vmail /srv/mail /srv/seed

# Read by dovecot.conf at its end.
if [ "${PLAINTEXT:-no}" = yes ]; then
  echo 'disable_plaintext_auth = no' >/etc/dovecot/local.conf
fi

exec dovecot -F
