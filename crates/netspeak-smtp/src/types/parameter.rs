//! Parameters of MAIL and RCPT, typed.

use std::fmt;

use netspeak_core::{Error, Result, Wire};

use super::path::ForwardPath;

/// How the body is encoded (RFC 6152, RFC 3030).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum MailBody {
    /// ASCII.
    SevenBit,
    /// Lines of any bytes.
    EightBit,
    /// Any bytes. Needs CHUNKING; nothing is normalised in it.
    Binary,
}

/// What of the mail a report brings back (RFC 3461 section 4.3).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Return {
    /// All of it.
    Full,
    /// Its header.
    Headers,
}

/// When reports are sent (RFC 3461 section 4.1). All off means never.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Notify {
    /// When it was delivered.
    pub success: bool,
    /// When it cannot be delivered.
    pub failure: bool,
    /// When it takes long.
    pub delay: bool,
}

/// Until when a mail is to be delivered (RFC 2852).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct DeliverBy {
    /// Seconds from now.
    pub seconds: i32,
    /// What becomes of it then.
    pub mode: ByMode,
    /// Whether each relay reports.
    pub trace: bool,
}

/// What becomes of a mail that is late (RFC 2852).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ByMode {
    /// It is returned.
    Return,
    /// The sender is told, and delivery goes on.
    Notify,
}

/// A parameter that has no field of its own.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Parameter {
    keyword: String,
    value: Option<String>,
}

impl Parameter {
    /// A parameter, checked.
    ///
    /// ```text
    /// esmtp-keyword = (ALPHA / DIGIT) *(ALPHA / DIGIT / "-")
    /// esmtp-value   = 1*(%d33-60 / %d62-126)          ; RFC 5321 section 4.1.2
    /// ```
    ///
    /// # Errors
    /// [`Error::Usage`] if it does not fit the grammar; UTF-8 in the value is let through.
    pub fn new(keyword: impl Into<String>, value: Option<String>) -> Result<Self> {
        let keyword = keyword.into();
        let starts_well = keyword.starts_with(|c: char| c.is_ascii_alphanumeric());
        let is_keyword = keyword
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || b == b'-');
        if !starts_well || !is_keyword {
            return Err(Error::usage("a parameter's keyword is letters and digits"));
        }
        if let Some(value) = &value {
            let fits = |c: char| c != '=' && !c.is_whitespace() && !c.is_control();
            if value.is_empty() || !value.chars().all(fits) {
                return Err(Error::usage(format!(
                    "the value of {keyword} is not a single word"
                )));
            }
        }
        Ok(Self { keyword, value })
    }

    /// Its keyword.
    pub fn keyword(&self) -> &str {
        &self.keyword
    }

    /// Its value, if it has one.
    pub fn value(&self) -> Option<&str> {
        self.value.as_deref()
    }
}

/// Parameters of MAIL. What is not set is left to the client: it declares size and 8-bit text by
/// itself where the server wants to know.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct MailParameters {
    /// `SIZE`: how many bytes (RFC 1870).
    pub size: Option<u64>,
    /// `BODY`: how the body is encoded (RFC 6152, RFC 3030).
    pub body: Option<MailBody>,
    /// `SMTPUTF8`: addresses or header are UTF-8 (RFC 6531).
    pub smtputf8: bool,
    /// `RET`: what a report brings back (RFC 3461).
    pub ret: Option<Return>,
    /// `ENVID`: an id that reports repeat (RFC 3461), before xtext.
    pub envid: Option<String>,
    /// `AUTH`: who submitted it first (RFC 4954 section 5), before xtext; empty: `<>`.
    pub auth: Option<String>,
    /// `REQUIRETLS`: only over TLS, all the way (RFC 8689).
    pub requiretls: bool,
    /// `BY`: until when (RFC 2852).
    pub by: Option<DeliverBy>,
    /// `HOLDFOR`: not before so many seconds (RFC 4865).
    pub hold_for: Option<u32>,
    /// `MT-PRIORITY`: -9 to 9 (RFC 6710).
    pub priority: Option<i8>,
    /// Others.
    pub others: Vec<Parameter>,
}

/// Parameters of RCPT.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct RcptParameters {
    /// `NOTIFY`: when to report (RFC 3461).
    pub notify: Option<Notify>,
    /// `ORCPT`: the recipient as the sender wrote it (RFC 3461), before xtext.
    pub orcpt: Option<ForwardPath>,
    /// Others.
    pub others: Vec<Parameter>,
}

impl Notify {
    /// `NEVER`.
    pub const NEVER: Self = Self {
        success: false,
        failure: false,
        delay: false,
    };
}

impl fmt::Display for Notify {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut comma = "";
        for (on, word) in [
            (self.success, "SUCCESS"),
            (self.failure, "FAILURE"),
            (self.delay, "DELAY"),
        ] {
            if on {
                write!(f, "{comma}{word}")?;
                comma = ",";
            }
        }
        if comma.is_empty() {
            f.write_str("NEVER")?;
        }
        Ok(())
    }
}

/// `xtext`: what is not plain becomes `+XX` (RFC 3461 section 4).
pub fn xtext(text: &str) -> String {
    let mut encoded = String::with_capacity(text.len());
    for byte in text.bytes() {
        match byte {
            b'+' | b'=' | 0..=0x20 | 0x7f..=0xff => encoded.push_str(&format!("+{byte:02X}")),
            plain => encoded.push(char::from(plain)),
        }
    }
    encoded
}

impl MailParameters {
    /// Refuses what cannot be said.
    pub(crate) fn check(&self) -> Result<()> {
        if let Some(envid) = &self.envid {
            let printable = envid.bytes().all(|b| (0x20..=0x7e).contains(&b));
            if envid.is_empty() || envid.len() > 100 || !printable {
                return Err(Error::usage(
                    "an ENVID is 1 to 100 printable ASCII characters",
                ));
            }
        }
        if let Some(auth) = self.auth.as_deref().filter(|auth| !auth.is_empty()) {
            auth.parse::<ForwardPath>()?;
        }
        if self.priority.is_some_and(|p| !(-9..=9).contains(&p)) {
            return Err(Error::usage("a priority is -9 to 9"));
        }
        if let Some(by) = self.by {
            let returns = by.mode == ByMode::Return;
            if by.seconds.unsigned_abs() > 999_999_999 || (returns && by.seconds <= 0) {
                return Err(Error::usage("BY takes 1 to 999999999 seconds"));
            }
        }
        Ok(())
    }

    pub(crate) fn encode(&self, wire: &mut Wire) {
        if let Some(size) = self.size {
            wire.raw(b" SIZE=").raw(size.to_string().as_bytes());
        }
        wire.raw(match self.body {
            Some(MailBody::SevenBit) => b" BODY=7BIT",
            Some(MailBody::EightBit) => b" BODY=8BITMIME",
            Some(MailBody::Binary) => b" BODY=BINARYMIME",
            None => b"",
        });
        if self.smtputf8 {
            wire.raw(b" SMTPUTF8");
        }
        wire.raw(match self.ret {
            Some(Return::Full) => b" RET=FULL",
            Some(Return::Headers) => b" RET=HDRS",
            None => b"",
        });
        if let Some(envid) = &self.envid {
            wire.raw(b" ENVID=").raw(xtext(envid).as_bytes());
        }
        match self.auth.as_deref() {
            Some("") => {
                wire.raw(b" AUTH=<>");
            }
            Some(auth) => {
                wire.raw(b" AUTH=").raw(xtext(auth).as_bytes());
            }
            None => {}
        }
        if self.requiretls {
            wire.raw(b" REQUIRETLS");
        }
        if let Some(by) = self.by {
            let mode = match by.mode {
                ByMode::Return => "R",
                ByMode::Notify => "N",
            };
            let trace = if by.trace { "T" } else { "" };
            wire.raw(format!(" BY={};{mode}{trace}", by.seconds).as_bytes());
        }
        if let Some(seconds) = self.hold_for {
            wire.raw(format!(" HOLDFOR={seconds}").as_bytes());
        }
        if let Some(priority) = self.priority {
            wire.raw(format!(" MT-PRIORITY={priority}").as_bytes());
        }
        encode_others(&self.others, wire);
    }
}

impl RcptParameters {
    pub(crate) fn encode(&self, wire: &mut Wire) {
        if let Some(notify) = self.notify {
            wire.raw(format!(" NOTIFY={notify}").as_bytes());
        }
        if let Some(original) = &self.orcpt {
            // RFC 6533 section 3 has a form for UTF-8 of its own.
            if original.is_ascii() {
                wire.raw(b" ORCPT=rfc822;")
                    .raw(xtext(original.as_str()).as_bytes());
            } else {
                wire.raw(b" ORCPT=utf-8;")
                    .raw(utf8_addr_xtext(original.as_str()).as_bytes());
            }
        }
        encode_others(&self.others, wire);
    }

    /// Whether any of them is DSN's.
    #[cfg(feature = "net")]
    pub(crate) fn wants_dsn(&self) -> bool {
        self.notify.is_some() || self.orcpt.is_some()
    }
}

/// `utf-8-addr-xtext`: all ASCII, characters beyond it as `\x{HEX}` (RFC 6533 section 3).
fn utf8_addr_xtext(text: &str) -> String {
    let mut encoded = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '\\' | '+' | '=' | '\0'..=' ' | '\x7f'.. => {
                encoded.push_str(&format!("\\x{{{:02X}}}", u32::from(c)));
            }
            plain => encoded.push(plain),
        }
    }
    encoded
}

fn encode_others(others: &[Parameter], wire: &mut Wire) {
    for parameter in others {
        wire.raw(b" ").raw(parameter.keyword.as_bytes());
        if let Some(value) = &parameter.value {
            wire.raw(b"=").raw(value.as_bytes());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mail(parameters: &MailParameters) -> String {
        parameters.check().unwrap();
        let mut wire = Wire::new();
        parameters.encode(&mut wire);
        String::from_utf8(wire.bytes().to_vec()).unwrap()
    }

    #[test]
    fn every_mail_parameter_on_the_wire() {
        let all = MailParameters {
            size: Some(12),
            body: Some(MailBody::EightBit),
            smtputf8: true,
            ret: Some(Return::Headers),
            envid: Some("QQ 31+4=9".into()),
            auth: Some("e+mc2@example.com".into()),
            requiretls: true,
            by: Some(DeliverBy {
                seconds: 120,
                mode: ByMode::Return,
                trace: true,
            }),
            hold_for: Some(60),
            priority: Some(-3),
            others: vec![Parameter::new("XFOO", Some("bar".into())).unwrap()],
        };
        assert_eq!(
            mail(&all),
            " SIZE=12 BODY=8BITMIME SMTPUTF8 RET=HDRS ENVID=QQ+2031+2B4+3D9 \
             AUTH=e+2Bmc2@example.com REQUIRETLS BY=120;RT HOLDFOR=60 MT-PRIORITY=-3 XFOO=bar"
        );
        let anonymous = MailParameters {
            auth: Some(String::new()),
            ..MailParameters::default()
        };
        assert_eq!(mail(&anonymous), " AUTH=<>");
    }

    #[test]
    fn every_rcpt_parameter_on_the_wire() {
        let mut wire = Wire::new();
        let all = |orcpt: &str| RcptParameters {
            notify: Some(Notify {
                success: true,
                delay: true,
                failure: false,
            }),
            orcpt: Some(orcpt.parse().unwrap()),
            others: vec![Parameter::new("X-Y", None).unwrap()],
        };
        all("a+b@c.d").encode(&mut wire);
        all("gr\u{fc}n@c.d").encode(&mut wire);
        assert_eq!(
            String::from_utf8_lossy(wire.bytes()),
            " NOTIFY=SUCCESS,DELAY ORCPT=rfc822;a+2Bb@c.d X-Y \
             NOTIFY=SUCCESS,DELAY ORCPT=utf-8;gr\\x{FC}n@c.d X-Y"
        );
        assert_eq!(Notify::NEVER.to_string(), "NEVER");
    }

    #[test]
    fn what_would_be_another_parameter_or_command_is_refused() {
        for bad in ["", "A B", "A=B", "A\r\nX", "-A", "A\0"] {
            assert!(Parameter::new(bad, None).is_err(), "{bad:?}");
        }
        for bad in ["", "a b", "a=b", "a\r\nRSET", "a\n", "a\0"] {
            assert!(Parameter::new("X", Some(bad.into())).is_err(), "{bad:?}");
        }
        for envid in ["", "a\r\nb", "\u{fc}"] {
            let parameters = MailParameters {
                envid: Some(envid.into()),
                ..MailParameters::default()
            };
            assert!(parameters.check().is_err(), "{envid:?}");
        }
        let auth = MailParameters {
            auth: Some("a\r\nb".into()),
            ..MailParameters::default()
        };
        assert!(auth.check().is_err());
    }
}
