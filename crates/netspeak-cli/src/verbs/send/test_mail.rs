//! A mail that says what it is, with everything that RFC 5322 wants.

use jiff::Zoned;
use netspeak::core::encoded_word::{encode, field};
use netspeak::core::socket::host_name;
use netspeak::core::text::printable;
use netspeak::smtp::Envelope;

use super::header::address;
use crate::args::SendArgs;

/// The mail for this envelope.
pub(super) fn of(args: &SendArgs, envelope: &Envelope) -> String {
    let date = jiff::fmt::rfc2822::to_string(&Zoned::now()).unwrap_or_default();
    let id = ulid::Ulid::generate();
    let from = match envelope.sender.as_str() {
        "" => format!("MAILER-DAEMON@{}", own_domain(args)),
        sender => sender.to_owned(),
    };
    let domain = from
        .rsplit_once('@')
        .map_or("localhost", |(_, domain)| domain);
    let recipients = envelope.recipients.iter();
    let to: Vec<String> = recipients.map(|to| address(to.path.as_str())).collect();
    let subject = match &args.subject {
        // What was typed goes into one field and no further.
        Some(typed) => encode(&printable(typed.as_bytes())),
        None => format!("netspeak test {id}"),
    };
    let fields = [
        ("Date", date),
        ("From", address(&from)),
        ("To", to.join(", ")),
        ("Subject", subject),
        ("Message-ID", format!("<{id}@{domain}>")),
        ("MIME-Version", "1.0".to_owned()),
        ("Content-Type", "text/plain; charset=utf-8".to_owned()),
    ];
    let mut mail: String = fields
        .iter()
        .map(|(name, value)| field(name, value))
        .collect();
    mail.push_str("\r\nThis is a test mail, sent by netspeak.\r\n");
    mail
}

/// Who we are, as a domain.
fn own_domain(args: &SendArgs) -> String {
    let name = args.connect.ehlo.clone().unwrap_or_else(host_name);
    let is_letter = |byte: u8| byte.is_ascii_alphanumeric() || b"-._".contains(&byte);
    match !name.is_empty() && name.bytes().all(is_letter) {
        true => name,
        false => "localhost".to_owned(),
    }
}
