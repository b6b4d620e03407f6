//! GETACL, SETACL, DELETEACL, LISTRIGHTS, MYRIGHTS (RFC 4314).

use std::fmt;

use netspeak_core::{Error, Result, check_text};

use super::Parts;
use crate::types::{Mailbox, Rights};

/// What is said about who may do what. Somebody is named as the server names its users; a `-` before the name is
/// about rights that are taken away, and `anyone` is everybody.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum AclCommand<'a> {
    /// `GETACL mailbox`.
    Get(&'a Mailbox),
    /// `SETACL mailbox identifier rights`.
    Set(&'a Mailbox, &'a str, RightsChange),
    /// `DELETEACL mailbox identifier`.
    Delete(&'a Mailbox, &'a str),
    /// `LISTRIGHTS mailbox identifier`.
    ListRights(&'a Mailbox, &'a str),
    /// `MYRIGHTS mailbox`.
    MyRights(&'a Mailbox),
}

/// What becomes of somebody's rights.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RightsChange {
    /// These and no others.
    Replace(Rights),
    /// These as well.
    Add(Rights),
    /// No longer these.
    Remove(Rights),
}

/// As it is sent: `lrs`, `+w`, `-a`.
impl fmt::Display for RightsChange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Replace(rights) => write!(f, "{rights}"),
            Self::Add(rights) => write!(f, "+{rights}"),
            Self::Remove(rights) => write!(f, "-{rights}"),
        }
    }
}

impl AclCommand<'_> {
    pub(super) fn verb(&self) -> &'static str {
        match self {
            Self::Get(_) => "GETACL",
            Self::Set(..) => "SETACL",
            Self::Delete(..) => "DELETEACL",
            Self::ListRights(..) => "LISTRIGHTS",
            Self::MyRights(_) => "MYRIGHTS",
        }
    }

    pub(super) fn encode(&self, parts: &mut Parts) -> Result<()> {
        match self {
            Self::Get(mailbox) | Self::MyRights(mailbox) => {
                parts.mailbox(mailbox)?;
            }
            Self::Set(mailbox, identifier, change) => {
                parts.mailbox(mailbox)?;
                parts.string("identifier", identifier.as_bytes())?;
                parts.string("rights", change.to_string().as_bytes())?;
            }
            Self::Delete(mailbox, identifier) | Self::ListRights(mailbox, identifier) => {
                parts.mailbox(mailbox)?;
                parts.string("identifier", identifier.as_bytes())?;
            }
        }
        Ok(())
    }

    pub(super) fn check(&self) -> Result<()> {
        match self {
            Self::Set(
                _,
                _,
                RightsChange::Add(Rights::NONE) | RightsChange::Remove(Rights::NONE),
            ) => Err(Error::usage("no right is named; nothing was sent")),
            Self::Set(_, identifier, _)
            | Self::Delete(_, identifier)
            | Self::ListRights(_, identifier) => check_text("identifier", identifier.as_bytes()),
            Self::Get(_) | Self::MyRights(_) => Ok(()),
        }
    }
}
