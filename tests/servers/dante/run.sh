#!/bin/bash
# Dante checks names and passwords against the system's accounts.
set -euo pipefail
id "$PROXY_USER" >/dev/null 2>&1 || useradd --no-create-home --shell /usr/sbin/nologin "$PROXY_USER"
echo "$PROXY_USER:$PROXY_PASSWORD" | chpasswd
exec danted
