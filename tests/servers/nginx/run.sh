#!/bin/bash
# Makes what it serves, once, then becomes nginx.
set -euo pipefail

fill() {
  install -d -o www-data -g www-data /srv/http/files /srv/http/uploads
  # 64 MiB that a test can tell by heart: sixteen bytes, again and again.
  head -c 67108864 < <(yes 0123456789abcde) >/srv/http/large
}

# A container that was killed and started again keeps what was put.
[ -e /srv/http/large ] || fill

# The accounts are Dovecot's: `user01:{PLAIN}password::::::`, which nginx reads too, and its workers are nobody's root.
install -m 640 -g www-data /netspeak/dovecot/passwd /run/passwd
# What a killed nginx leaves there keeps the next one from starting.
rm -f /sockets/nginx.sock
exec nginx
