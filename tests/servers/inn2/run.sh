#!/bin/bash
# Makes the groups and accounts, then becomes INN. All of it is new with each start.
set -euo pipefail

install -d -o news -g news /run/news
install -m 600 -o news -g news /netspeak/certs/server.key /netspeak/certs/server.chain.pem /run/news/

# The accounts are Dovecot's: `user01:{PLAIN}password::::::`.
while IFS=: read -r user password _; do
  printf '%s:%s\n' "$user" "$(openssl passwd -6 "${password#\{PLAIN\}}")"
done </netspeak/dovecot/passwd >/run/news/passwd
chown news:news /run/news/passwd
chmod 600 /run/news/passwd

cd /var/lib/news
printf '%s 0000000000 0000000001 %s\n' control n control.cancel n junk n \
  test.general y test.empty y test.closed n members.only y >active
printf '%s\t%s\n' test.general 'Whatever comes' test.empty 'Nothing at all' members.only 'For those who log in' >newsgroups
touch active.times
chown news:news active active.times newsgroups

su -s /bin/sh news -c 'exec /usr/lib/news/bin/nnrpd -D -f -p 563 -S' &
exec su -s /bin/sh news -c 'exec /usr/lib/news/bin/innd -f -P 119'
