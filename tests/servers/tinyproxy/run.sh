#!/bin/bash
set -euo pipefail
{ cat /etc/tinyproxy.conf; echo "BasicAuth $PROXY_USER $PROXY_PASSWORD"; } >/run/tinyproxy.conf
exec tinyproxy -d -c /run/tinyproxy.conf
