#!/bin/bash
# Makes the accounts and fills their folders, once, then becomes ProFTPD.
set -euo pipefail

fill() {
  local users user password hash
  # The accounts are Dovecot's: `user01:{PLAIN}password::::::`, one password for all.
  mapfile -t users < <(cut -d: -f1 /netspeak/dovecot/passwd)
  IFS='{}:' read -r _ _ _ password _ </netspeak/dovecot/passwd
  hash=$(openssl passwd -6 -stdin <<<"$password")
  for user in "${users[@]}"; do
    echo "$user:$hash:1000:1000::/srv/ftp/$user:/bin/bash" >>/etc/proftpd/users
    install -d -o 1000 -g 1000 "/srv/ftp/$user"
    setpriv --reuid=1000 --regid=1000 --clear-groups cp -a /netspeak/seed "/srv/ftp/$user/"
  done
  # Whose name anonymous logs in under.
  echo "ftp:*:$(id -u ftp):65534::/srv/ftp/anonymous:/bin/false" >>/etc/proftpd/users
  printf '%s\n' files:x:1000: nogroup:x:65534: >/etc/proftpd/groups
  chmod 600 /etc/proftpd/users /etc/proftpd/groups
  install -d -o ftp -g nogroup /srv/ftp/anonymous/incoming
}

# A container that was killed and started again keeps what was uploaded.
[ -e /srv/ftp/anonymous/incoming ] || fill

# The mounted key keeps the host's mode; ProFTPD wants it closed.
install -m 600 /netspeak/certs/server.key /run/server.key
rm -f /run/proftpd.pid
exec proftpd --nodaemon --config /etc/proftpd/proftpd.conf
