# utf8.pl SENDER RECIPIENT...: hands the mail on its input to Dovecot by LMTP. Dovecot 2.3 takes such mail as it is, but
# knows no SMTPUTF8, and Postfix insists on that. Other domains' recipients are discarded, as everywhere here.
use strict;
use warnings;
use IO::Socket::INET;

binmode STDIN;
my ($sender, @recipients) = @ARGV;
# Dovecot takes no such address; the part behind the plus means nothing to it.
$sender = '' if $sender =~ /[^ -~]/;
my @users = map { /^([ -*,-~]+?)(?:\+.*)?\@netspeak\.test$/ ? $1 : () } @recipients;
exit 0 unless @users;

my $dovecot = IO::Socket::INET->new(PeerAddr => 'dovecot:24', Timeout => 10) or exit 75;

sub ask {
    my ($line, $code) = @_;
    print $dovecot "$line\r\n" or exit 75 if defined $line;
    my $reply;
    do { $reply = <$dovecot> // exit 75 } while $reply =~ /^...-/;
    $reply =~ /^$code/ or do { print $reply; exit 75 };
}

ask(undef, 220);
ask('LHLO postfix.test', 250);
ask("MAIL FROM:<$sender> BODY=8BITMIME", 250);
ask("RCPT TO:<$_\@netspeak.test>", 250) for @users;
ask('DATA', 354);
while (<STDIN>) {
    s/\n\z/\r\n/;
    s/^\./../;
    print $dovecot $_;
}
ask('.', 250);
ask(undef, 250) for 2 .. @users;
