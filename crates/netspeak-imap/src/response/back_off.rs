//! [`BackOff`]: the server asks to be left alone for a while.

use std::time::Duration;

use super::{Code, Status, StatusKind};

/// The server wants the client to come again later.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BackOff {
    /// After how long, if it says so.
    pub after: Option<Duration>,
}

/// Words that ask for it where no code does, in small letters.
const WORDS: [&str; 17] = [
    // Exchange: "Request is throttled. Suggested Backoff Time: 299910 milliseconds".
    "throttled",
    "backoff time",
    // Exchange: "Server Unavailable. 15", "The server is busy".
    "server unavailable",
    "server busy",
    "server is busy",
    // Gmail: "Too many simultaneous connections. (Failure)".
    "too many simultaneous connections",
    // Gmail: "Account exceeded command or bandwidth limits. (Failure)".
    "bandwidth limits",
    // Yahoo: "LOGIN Rate limit hit"; others say "exceeded".
    "rate limit",
    // Dovecot: "Maximum number of connections from user+IP exceeded"; Courier: "maximum connection limit".
    "maximum number of connections",
    "maximum connection limit",
    "connection limit exceeded",
    "too many connections",
    "too many concurrent",
    "too many login",
    "too many requests",
    // Cyrus, iCloud, and whoever says it in these words.
    "try again later",
    "temporarily unavailable",
];

impl Status {
    /// Whether the server wants to be asked again later, and when: by the codes LIMIT, UNAVAILABLE and
    /// INUSE (RFC 5530), or by the words that large providers use. OK never does.
    pub fn back_off(&self) -> Option<BackOff> {
        if matches!(self.kind, StatusKind::Ok | StatusKind::PreAuth) {
            return None;
        }
        let text = self.text.to_str_lossy().to_ascii_lowercase();
        let by_code = matches!(
            self.code,
            Some(Code::Limit | Code::Unavailable | Code::InUse)
        );
        let by_words = || WORDS.iter().any(|words| text.contains(words));
        (by_code || by_words()).then(|| BackOff {
            after: duration(&text),
        })
    }
}

/// The first number with a unit of time behind it.
fn duration(text: &str) -> Option<Duration> {
    let words = text.split(|c: char| !c.is_ascii_alphanumeric());
    let words = words.filter(|word| !word.is_empty());
    let mut before: Option<u64> = None;
    for word in words {
        if let Some(number) = before {
            let milliseconds = match word {
                _ if word.starts_with("milli") || word == "ms" => Some(1),
                _ if word.starts_with("sec") || word == "s" => Some(1000),
                _ if word.starts_with("min") => Some(60_000),
                _ if word.starts_with("hour") => Some(3_600_000),
                _ => None,
            };
            if let Some(unit) = milliseconds {
                return number.checked_mul(unit).map(Duration::from_millis);
            }
        }
        before = netspeak_core::text::digits(word);
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_requests_of_large_providers() {
        let known = |after| Some(BackOff { after });
        for (line, expected) in [
            (
                "NO Request is throttled. Suggested Backoff Time: 299910 milliseconds",
                known(Some(Duration::from_millis(299_910))),
            ),
            (
                "NO [ALERT] Too many simultaneous connections. (Failure)",
                known(None),
            ),
            (
                "BYE [OVERQUOTA] Account exceeded command or bandwidth limits. (Failure)",
                known(None),
            ),
            ("NO [LIMIT] LOGIN Rate limit hit.", known(None)),
            (
                "NO [UNAVAILABLE] Try again in 5 minutes",
                known(Some(Duration::from_secs(300))),
            ),
            ("NO [INUSE] Mailbox in use", known(None)),
            ("NO [UNAVAILABLE] later", known(None)),
            (
                "BYE Server busy, retry after 30 seconds",
                known(Some(Duration::from_secs(30))),
            ),
            (
                "NO Maximum number of connections from user+IP exceeded (mail_max_userip_connections=10)",
                known(None),
            ),
            ("NO [LIMIT] in 18446744073709551615 hours", known(None)),
            ("NO [AUTHENTICATIONFAILED] Authentication failed.", None),
            ("NO [OVERQUOTA] Mailbox is full", None),
            ("BAD User is authenticated but not connected.", None),
            ("OK [LIMIT] 5 seconds", None),
        ] {
            let status = Status::parse(line.as_bytes()).unwrap();
            assert_eq!(status.back_off(), expected, "{line}");
        }
    }
}
