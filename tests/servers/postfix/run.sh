#!/bin/bash
# Writes what depends on this run, then becomes postfix.
set -euo pipefail
cd /etc/postfix

# Those who have an account at Dovecot have a mailbox.
while IFS=: read -r user _; do
  echo "$user@netspeak.test $user"
done </netspeak/dovecot/passwd >mailboxes

certs=/netspeak/certs
umask 077
cat $certs/server.key $certs/server.chain.pem >server.pem
{
  for name in expired wrong-name; do
    echo "$name.test $certs/$name.key,$certs/$name.chain.pem"
  done
  echo "incomplete.test $certs/server.key,$certs/server.pem"
} >sni
postmap -F hash:sni

# What a killed Postfix leaves there.
rm -f /var/spool/postfix/pid/*.pid
exec postfix start-fg
