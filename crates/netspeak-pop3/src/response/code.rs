//! Response codes in brackets (RFC 2449 section 8, RFC 3206).

use netspeak_core::text::printable;

/// Why, in a form for programs.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ResponseCode {
    /// `[IN-USE]`: another session holds the maildrop.
    InUse,
    /// `[LOGIN-DELAY]`: too soon after the last login.
    LoginDelay,
    /// `[AUTH]`: the credentials are wrong.
    Auth,
    /// `[SYS/TEMP]`: a system failure that will pass.
    SysTemp,
    /// `[SYS/PERM]`: a system failure that needs a person.
    SysPerm,
    /// `[UTF8]`: the command or the message needs UTF8 mode.
    Utf8,
    /// Another one, as it stands between the brackets.
    Other(String),
}

impl ResponseCode {
    /// The code at the beginning of a reply's text.
    pub(super) fn find(text: &[u8]) -> Option<Self> {
        let inside = text.trim_ascii_start().strip_prefix(b"[")?;
        let code = inside.get(..memchr::memchr(b']', inside)?)?;
        Some(match code.to_ascii_uppercase().as_slice() {
            b"IN-USE" => Self::InUse,
            b"LOGIN-DELAY" => Self::LoginDelay,
            b"AUTH" => Self::Auth,
            b"SYS/TEMP" => Self::SysTemp,
            b"SYS/PERM" => Self::SysPerm,
            b"UTF8" => Self::Utf8,
            _ => Self::Other(printable(code)),
        })
    }

    /// The same code as it may be shown, if this is the text without secrets: one that nobody knows may be made
    /// of the password.
    pub(super) fn showing(self, text: &[u8]) -> Self {
        match (self, Self::find(text)) {
            (Self::Other(_), Some(shown @ Self::Other(_))) => shown,
            (Self::Other(_), _) => Self::Other("***".to_owned()),
            (known, _) => known,
        }
    }

    /// Whether a later attempt with the same credentials may succeed.
    pub fn is_temporary(&self) -> bool {
        matches!(self, Self::InUse | Self::LoginDelay | Self::SysTemp)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_known_in_any_case_and_unknown_ones_kept() {
        for (text, code) in [
            (&b" [IN-USE] busy"[..], Some(ResponseCode::InUse)),
            (b"[login-delay]", Some(ResponseCode::LoginDelay)),
            (b" [SYS/TEMP] later", Some(ResponseCode::SysTemp)),
            (
                b" [SYS/X\x1b]",
                Some(ResponseCode::Other("SYS/X\\x1b".into())),
            ),
            (b" no [AUTH] here", None),
            (b" [AUTH", None),
            (b"", None),
        ] {
            assert_eq!(ResponseCode::find(text), code, "{text:?}");
        }
    }
}
