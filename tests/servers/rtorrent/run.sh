#!/bin/bash
# Becomes rtorrent without a terminal, with its SCGI at a Unix socket. It has one place for SCGI: socat takes what comes to port 5000 there.
set -euo pipefail
rm -f /sockets/rtorrent.sock
cd ~rt
umask 0
socat TCP-LISTEN:5000,fork,reuseaddr UNIX-CONNECT:/sockets/rtorrent.sock &
exec rtorrent -n -o import=/rtorrent.rc
