//! GETQUOTA, GETQUOTAROOT, SETQUOTA (RFC 9208, RFC 2087).

use netspeak_core::{Error, Result, check_text};

use super::Parts;
use super::parts::check_atom;
use crate::types::{Mailbox, Text};

/// What is said about quotas.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum QuotaCommand<'a> {
    /// `GETQUOTA root`.
    Get(&'a Text),
    /// `GETQUOTAROOT mailbox`.
    GetRoot(&'a Mailbox),
    /// `SETQUOTA root (resource limit ...)`: what is not named is not limited any more.
    Set(&'a Text, &'a [(&'a str, u64)]),
}

impl QuotaCommand<'_> {
    pub(super) fn verb(&self) -> &'static str {
        match self {
            Self::Get(_) => "GETQUOTA",
            Self::GetRoot(_) => "GETQUOTAROOT",
            Self::Set(..) => "SETQUOTA",
        }
    }

    pub(super) fn encode(&self, parts: &mut Parts) -> Result<()> {
        match self {
            Self::Get(root) => {
                parts.string("quota root", root.as_bytes())?;
            }
            Self::GetRoot(mailbox) => {
                parts.mailbox(mailbox)?;
            }
            Self::Set(root, limits) => {
                let limits: Vec<String> = limits
                    .iter()
                    .map(|(name, limit)| format!("{name} {limit}"))
                    .collect();
                parts.string("quota root", root.as_bytes())?;
                parts.word("(").raw(&limits.join(" ")).raw(")");
            }
        }
        Ok(())
    }

    /// `number64` has 63 bits (RFC 9051 section 9).
    pub(super) fn check(&self) -> Result<()> {
        let (root, limits) = match self {
            Self::GetRoot(_) => return Ok(()),
            Self::Get(root) => (root, [].as_slice()),
            Self::Set(root, limits) => (root, *limits),
        };
        check_text("quota root", root.as_bytes())?;
        limits.iter().try_for_each(|(name, limit)| {
            check_atom("the resource", name)?;
            match i64::try_from(*limit) {
                Ok(_) => Ok(()),
                Err(_) => Err(Error::usage(format!(
                    "the limit {limit} of {name} is beyond 63 bits; nothing was sent"
                ))),
            }
        })
    }
}
