#!/bin/bash
# Makes the accounts and fills their folders, once, then becomes vsftpd: port 21, and 990 with TLS from the first byte.
set -euo pipefail

fill() {
  local users user password hash
  # The accounts are Dovecot's: `user01:{PLAIN}password::::::`, one password for all.
  mapfile -t users < <(cut -d: -f1 /netspeak/dovecot/passwd)
  IFS='{}:' read -r _ _ _ password _ </netspeak/dovecot/passwd
  hash=$(openssl passwd -6 -stdin <<<"$password")
  for user in "${users[@]}"; do
    echo "$user:x:1000:1000::/srv/ftp/$user:/bin/bash" >>/etc/passwd
    echo "$user:$hash:20000::::::" >>/etc/shadow
    install -d -o 1000 -g 1000 "/srv/ftp/$user"
    setpriv --reuid=1000 --regid=1000 --clear-groups cp -a /netspeak/seed "/srv/ftp/$user/"
  done
  install -d -o ftp -g ftp /srv/ftp/anonymous/incoming
}

# A container that was killed and started again keeps what was uploaded.
[ -e /srv/ftp/anonymous/incoming ] || fill

install -d /var/run/vsftpd/empty
touch /var/log/vsftpd.log
tail -n 0 -F /var/log/vsftpd.log &
ports=(-opasv_min_port="$PASSIVE_FROM" -opasv_max_port="$PASSIVE_TO")
vsftpd /etc/vsftpd.conf "${ports[@]}" -olisten_port=990 -oimplicit_ssl=YES &
exec vsftpd /etc/vsftpd.conf "${ports[@]}"
