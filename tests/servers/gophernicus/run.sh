#!/bin/bash
# Fills the tree, then becomes gophernicus (70) and the same behind TLS (7070). Its items point to the container's own
# address: the ports on the host are not known in here.
set -euo pipefail
address=$(hostname -i | tr ' ' '\n' | grep -v : | head -n 1)
root=/var/gopher
rm -rf "$root"
install -d "$root/docs/inner" "$root/many"
{
  echo "netspeak's tree"
  printf '0About this server\tabout.txt\n'
  printf '1Documents\tdocs\n'
  printf '1Many\tmany\n'
  printf '9The large file\tlarge.bin\n'
  printf 'hElsewhere\tURL:https://example.org/\n'
  printf '8A terminal\tguest\ttelnetd\t23\n'
} >"$root/gophermap"
printf 'first line\n..dots\n.one\nGrüße\nlast line\n' >"$root/about.txt"
printf 'a text in a folder\n' >"$root/docs/a name with blanks.txt"
printf 'inner\n' >"$root/docs/inner/inner.txt"
cp /netspeak/seed/0008-large.eml "$root/large.bin"
for number in $(seq -w 1 200); do echo "$number" >"$root/many/$number.txt"; done
chmod -R a+rX "$root"
# What is not there is told with an exit code, on which socat would throw the answer away.
socat TCP6-LISTEN:70,fork,reuseaddr,ipv6only=0 SYSTEM:"/usr/sbin/gophernicus -h $address -p 70 -r $root -nt || true",su=nobody &
exec stunnel /etc/stunnel/gophers.conf
