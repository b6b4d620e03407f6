#!/bin/bash
# Fills the maildirs once, then becomes dovecot. A container that a test killed keeps its mail when started again.
set -euo pipefail

# The authentication process is not root; the mounted file keeps the host's owner.
install -m 640 -g dovecot /netspeak/dovecot/passwd /etc/dovecot/passwd

# One copy of the seed in this file system; every user gets hard links to it.
mkdir -p /srv/seed
cp --no-clobber /netspeak/seed/*.eml /srv/seed/

# Prepares one mailbox, with the list that tells Dovecot the order (mail delivered later comes after it), and
# prints which hard links it needs.
plan() {
  local user=$1 maildir=/srv/mail/$1/Maildir names=() name uid=0
  mkdir -p "$maildir/cur" "$maildir/new" "$maildir/tmp"
  case $user in
    empty) return ;;
    many) for name in {0001..1000}; do names+=("many-$name"); done ;;
    *) names=("${seed[@]}") ;;
  esac
  {
    echo "3 V1767225600 N$((${#names[@]} + 1)) G$guid"
    for name in "${names[@]}"; do echo "$((++uid)) :$name"; done
  } >"$maildir/dovecot-uidlist"
  for name in "${names[@]}"; do
    case $user in
      many) echo "/srv/seed/${seed[0]}.eml $maildir/cur/$name:2," ;;
      *) echo "/srv/seed/$name.eml $maildir/cur/$name:2," ;;
    esac
  done
}

seed=(/srv/seed/*.eml)
seed=("${seed[@]##*/}")
seed=("${seed[@]%.eml}")
number=0
# One process for all links: a process for each would take seconds.
while IFS=: read -r user _; do
  number=$((number + 1))
  printf -v guid '%032x' "$number"
  [ -d "/srv/mail/$user/Maildir" ] || plan "$user"
done </etc/dovecot/passwd | perl -ane 'link $F[0], $F[1] or die "$F[1]: $!\n"'
chown -R vmail:vmail /srv/mail /srv/seed

# Read by dovecot.conf at its end.
if [ "${PLAINTEXT:-no}" = yes ]; then
  echo 'disable_plaintext_auth = no' >/etc/dovecot/local.conf
fi

exec dovecot -F
