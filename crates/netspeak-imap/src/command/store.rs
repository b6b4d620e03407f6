//! [`FlagChange`]: what STORE does (RFC 9051 section 6.4.6).

use netspeak_core::Result;

use super::Parts;
use crate::types::Flag;

/// A change of flags.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FlagChange {
    sign: &'static str,
    flags: Vec<Flag>,
    silent: Echo,
    item: &'static str,
    unchanged_since: Option<u64>,
}

/// Whether the server tells the new flags.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Echo {
    Told,
    Silent,
}

impl FlagChange {
    /// These flags in addition.
    pub fn add(flags: impl IntoIterator<Item = Flag>) -> Self {
        Self::new("+", flags)
    }

    /// Without these flags.
    pub fn remove(flags: impl IntoIterator<Item = Flag>) -> Self {
        Self::new("-", flags)
    }

    /// These flags and no others.
    pub fn set(flags: impl IntoIterator<Item = Flag>) -> Self {
        Self::new("", flags)
    }

    fn new(sign: &'static str, flags: impl IntoIterator<Item = Flag>) -> Self {
        Self {
            sign,
            flags: flags.into_iter().collect(),
            silent: Echo::Told,
            item: "FLAGS",
            unchanged_since: None,
        }
    }

    /// The server need not tell what the flags are then.
    #[must_use]
    pub fn silent(mut self) -> Self {
        self.silent = Echo::Silent;
        self
    }

    /// Only messages that have not changed since this modification sequence (CONDSTORE, RFC 7162).
    #[must_use]
    pub fn unchanged_since(mut self, modseq: u64) -> Self {
        self.unchanged_since = Some(modseq);
        self
    }

    /// Gmail's labels instead of flags.
    #[must_use]
    pub fn as_gmail_labels(mut self) -> Self {
        self.item = "X-GM-LABELS";
        self
    }

    /// Whether it needs CONDSTORE.
    #[cfg(feature = "net")]
    pub(crate) fn is_conditional(&self) -> bool {
        self.unchanged_since.is_some()
    }

    pub(super) fn check(&self) -> Result<()> {
        self.flags.iter().try_for_each(Flag::check)
    }

    pub(super) fn encode(&self, parts: &mut Parts) {
        if let Some(modseq) = self.unchanged_since {
            parts.word(&format!("(UNCHANGEDSINCE {modseq})"));
        }
        parts.word(self.sign).raw(self.item);
        if self.silent == Echo::Silent {
            parts.raw(".SILENT");
        }
        flags(parts, &self.flags);
    }
}

/// ` (\Seen $Junk)`; what only servers set is left out.
pub(super) fn flags(parts: &mut Parts, flags: &[Flag]) {
    parts.word("(");
    let ours = flags
        .iter()
        .filter(|flag| !matches!(flag, Flag::Recent | Flag::Any));
    for (at, flag) in ours.enumerate() {
        if at > 0 {
            parts.raw(" ");
        }
        parts.raw(&flag.to_string());
    }
    parts.raw(")");
}
