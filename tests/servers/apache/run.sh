#!/bin/bash
# Makes the accounts, then becomes Apache.
set -euo pipefail

# The accounts are Dovecot's: `user01:{PLAIN}password::::::`, one password for all.
mapfile -t users < <(cut -d: -f1 /netspeak/dovecot/passwd)
IFS='{}:' read -r _ _ _ password _ </netspeak/dovecot/passwd
hash=$(openssl passwd -apr1 -stdin <<<"$password")
install -m 640 -g www-data /dev/null /run/basic
install -m 640 -g www-data /dev/null /run/digest
for user in "${users[@]}"; do
  echo "$user:$hash" >>/run/basic
  echo "$user:staff:$(printf %s "$user:staff:$password" | md5sum | cut -d' ' -f1)" >>/run/digest
done

chmod 755 /srv/cgi/*
rm -f /run/apache2/apache2.pid
export APACHE_RUN_USER=www-data APACHE_RUN_GROUP=www-data APACHE_RUN_DIR=/run/apache2
export APACHE_PID_FILE=/run/apache2/apache2.pid APACHE_LOCK_DIR=/run/lock APACHE_LOG_DIR=/var/log/apache2
install -d /run/lock /run/apache2
install -d -o www-data -g www-data /run/apache2/socks
exec apache2 -DFOREGROUND
