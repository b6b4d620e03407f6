#!/bin/bash
# Makes the accounts, once, then becomes three servers: inetutils' telnetd (23), the same behind TLS (992), busybox's (2323).
set -euo pipefail

fill() {
  local users user password hash
  # The accounts are Dovecot's: `user01:{PLAIN}password::::::`, one password for all.
  mapfile -t users < <(cut -d: -f1 /netspeak/dovecot/passwd)
  IFS='{}:' read -r _ _ _ password _ </netspeak/dovecot/passwd
  hash=$(openssl passwd -6 -stdin <<<"$password")
  for user in "${users[@]}"; do
    echo "$user:x:1000:1000::/srv/telnet/$user:/bin/bash" >>/etc/passwd
    echo "$user:$hash:20000::::::" >>/etc/shadow
    install -d -o 1000 -g 1000 "/srv/telnet/$user"
    # Nothing but the prompt: no message of the day, and names that tests can wait for.
    touch "/srv/telnet/$user/.hushlogin"
    echo "PS1='box\$ '" >"/srv/telnet/$user/.bashrc"
    echo "PS1='box\$ '; export PATH=/usr/bin:/bin" >"/srv/telnet/$user/.bash_profile"
  done
  # Nothing but what is typed and printed.
  echo 'set enable-bracketed-paste off' >>/etc/inputrc
  # A wrong password is told at once.
  sed -i 's/^FAIL_DELAY.*/FAIL_DELAY 0/; s/^LOGIN_RETRIES.*/LOGIN_RETRIES 3/' /etc/login.defs
  sed -i '/pam_faildelay/d' /etc/pam.d/login
}

[ -e /srv/telnet/user01 ] || fill

socat TCP6-LISTEN:23,fork,reuseaddr,ipv6only=0 EXEC:'/usr/sbin/telnetd -h,nofork' &
busybox telnetd -F -p 2323 &
exec stunnel /etc/stunnel/telnets.conf
