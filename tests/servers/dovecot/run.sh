#!/bin/bash
# Fills the maildirs once, then becomes dovecot. A container that a test killed keeps its mail when started again.
set -euo pipefail

# The authentication process is not root; the mounted file keeps the host's owner.
install -m 640 -g dovecot /netspeak/dovecot/passwd /etc/dovecot/passwd

# One copy of the seed in this file system; every user gets hard links to it.
mkdir -p /srv/seed
cp /netspeak/seed/*.eml /srv/seed/

fill() {
  local user=$1 cur=/srv/mail/$1/Maildir/cur message name number
  mkdir -p "$cur" "/srv/mail/$user/Maildir/new" "/srv/mail/$user/Maildir/tmp"
  case $user in
    empty) ;;
    many)
      message=$(find /srv/seed -name '*.eml' | sort | head -n 1)
      for number in $(seq -w 1000); do ln "$message" "$cur/many-$number:2,"; done
      ;;
    *)
      for message in /srv/seed/*.eml; do
        name=$(basename "$message" .eml)
        ln "$message" "$cur/$name:2,"
      done
      ;;
  esac
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
