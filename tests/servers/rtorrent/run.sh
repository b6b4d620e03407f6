#!/bin/bash
# Becomes rtorrent without a terminal: SCGI at port 5000, and at a Unix socket. It shares no files.
set -euo pipefail
rm -f /sockets/rtorrent.sock
cd /home/rt
umask 0
exec rtorrent -n -o import=/rtorrent.rc
