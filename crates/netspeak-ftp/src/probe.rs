//! The polite conversation behind `netspeak probe`, in FTP's words; its order is
//! [`Probe`](crate::protocol::Probe)'s.
//!
//! - caps: `FEAT`; a server that knows it behind the login only is no fault
//! - starttls: `AUTH TLS`
//! - work: a listing of the current folder over a data connection, as `anonymous` if nobody logs in

use netspeak_core::protocol::{
    Advice, Argument, Conversation, Offer, Operation, Probe, ProbeOptions, Protocol, SESSION_STOPS,
    software,
};
use netspeak_core::report::{Check, CheckStatus, GreetingFacts, WorkFacts};
use netspeak_core::text::printable;
use netspeak_core::{Phase, Prepared, Timeouts};
use serde_json::json;

use crate::RULES;
use crate::client::Client;
use crate::codec::State;
use crate::error::Result;
use crate::response::{LineStart, line_start};

/// FTP as the registry knows it.
pub static PROTOCOL: Protocol = Protocol {
    name: "ftp",
    rules: &RULES,
    greets_with: Some(greets),
    stops: SESSION_STOPS,
    usual_stop: Phase::Caps,
    operations: &[Operation {
        name: "list",
        argument: Argument::Optional("PATH"),
        what: "a listing over a data connection, of the current folder or of this one",
        takes_login: false,
    }],
    probe_timeouts: Timeouts::UNSET,
    advice: Advice {
        clear_text: "vsftpd: force_local_logins_ssl=YES; ProFTPD: TLSRequired on",
        upgrade: "vsftpd: ssl_enable=YES; ProFTPD: TLSEngine on",
    },
    probe: |target, options| Box::pin(Probe::run::<Client>(&PROTOCOL, target, options)),
};

/// SMTP greets with 220 as well, and nearly always says what it is.
fn greets(line: &[u8]) -> bool {
    let is_greeting = matches!(
        line_start(line).0,
        LineStart::Last(120 | 220 | 421 | 530) | LineStart::More(220 | 421 | 530)
    );
    let text = String::from_utf8_lossy(line).to_ascii_uppercase();
    is_greeting
        && (text.contains("FTP") || software(SOFTWARE, &String::from_utf8_lossy(line)).is_some())
}

impl Conversation for Client {
    fn greeting_facts(&self) -> Option<GreetingFacts> {
        let greeting = self.greeting();
        let raw = greeting.lines().next_back().unwrap_or_default();
        Some(GreetingFacts {
            raw: printable(raw),
            code: Some(greeting.code().to_string()),
            software: software(SOFTWARE, &greeting.to_string()),
            host: None,
        })
    }

    fn offered(&self) -> Option<Offer> {
        let offered = self.features()?;
        // Whether a password would be taken before TLS nobody says, and none is tried for it.
        Some(Offer::new(offered.lines(), Vec::new()))
    }

    fn noticed(&self) -> Vec<Check> {
        let check = self.told_elsewhere().map(|address| {
            let message = format!("PASV tells {address}, where the server is not seen from here");
            Check::new(
                "data.address",
                CheckStatus::Warn,
                address.to_string(),
                message,
            )
            .expecting("the address of the control connection")
            .hint("vsftpd: pasv_address; ProFTPD: MasqueradeAddress; Pure-FTPd: ForcePassiveIP")
        });
        check.into_iter().collect()
    }

    async fn work(
        &mut self,
        options: &ProbeOptions,
        _: &Prepared,
        facts: &mut WorkFacts,
    ) -> Result<()> {
        let path = options.argument_of("list").unwrap_or_default();
        facts.name = format!("LIST {path}").trim_end().to_owned();
        if self.state() == State::Greeted {
            self.login_anonymously().await?;
        }
        let mut listing = self.list(path).await?;
        let (mut entries, mut unparsed) = (0u64, 0u64);
        while let Some(listed) = listing.next().await? {
            match listed.entry() {
                Some(_) => entries = entries.saturating_add(1),
                None => unparsed = unparsed.saturating_add(1),
            }
        }
        let resumed = listing.trace().and_then(|trace| trace.tls());
        let mut note = |name: &str, value| facts.detail.insert(name.to_owned(), value);
        note("entries", json!(entries));
        note("unparsed", json!(unparsed));
        note("data_tls_resumed", json!(resumed.map(|tls| tls.resumed)));
        Ok(())
    }
}

/// Names by which servers are known to introduce themselves.
const SOFTWARE: &[&str] = &[
    "vsFTPd",
    "ProFTPD",
    "Pure-FTPd",
    "FileZilla Server",
    "Microsoft FTP Service",
    "Serv-U",
    "pyftpdlib",
    "glFTPd",
    "DrFTPD",
    "CrushFTP",
    "wu-",
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn greetings_of_ftp_are_told_from_those_of_smtp() {
        for (line, is_ftp) in [
            (&b"220 (vsFTPd 3.0.5)"[..], true),
            (b"220 ProFTPD Server ready.", true),
            (b"220-Welcome to Pure-FTPd", true),
            (b"421 Too many FTP users", true),
            (b"220 mail.example.org ESMTP Postfix", false),
            (b"+OK FTP", false),
            (b"220", false),
        ] {
            assert_eq!(greets(line), is_ftp, "{line:?}");
        }
    }
}
