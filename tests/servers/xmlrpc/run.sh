#!/bin/bash
# Becomes supervisord (9001, and a Unix socket), which keeps CPython's server (8000).
set -euo pipefail
rm -f /sockets/supervisor.sock
# The accounts are Dovecot's: `user01:{PLAIN}password::::::`.
while IFS=: read -r user password _; do
  [ "$user" = user01 ] && export OPS_PASSWORD="${password#\{PLAIN\}}"
done </netspeak/dovecot/passwd
exec supervisord -n -c /supervisord.conf
