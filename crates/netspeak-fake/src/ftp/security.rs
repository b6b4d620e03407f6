//! Protection of both connections: AUTH, PBSZ, PROT, CCC (RFC 2228, RFC 4217).

use crate::ftp::reply::reply;
use crate::ftp::session::Session;

/// What data connections are protected by.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Protection {
    #[default]
    Clear,
    /// PBSZ has come, and PROT is due.
    Prepared,
    /// TLS.
    Private,
}

impl Session<'_> {
    /// The reply to AUTH. TLS follows it.
    pub(super) fn auth(&self, mechanism: &str) -> Vec<u8> {
        if !self.wire.offers_upgrade() {
            return reply(502, "no TLS here");
        }
        match mechanism.to_ascii_uppercase().as_str() {
            "TLS" | "TLS-C" | "SSL" | "TLS-P" => reply(234, "begin TLS"),
            _ => reply(504, "TLS is all there is"),
        }
    }

    pub(super) fn pbsz(&mut self, size: &str) -> Vec<u8> {
        if self.wire.secured().is_none() {
            return reply(503, "AUTH first");
        }
        if size.parse::<u32>().is_err() {
            return reply(501, "that is no size");
        }
        if self.protection == Protection::Clear {
            self.protection = Protection::Prepared;
        }
        reply(200, "PBSZ=0")
    }

    pub(super) fn prot(&mut self, level: &str) -> Vec<u8> {
        match (self.protection, level.to_ascii_uppercase().as_str()) {
            (Protection::Clear, _) => reply(503, "PBSZ first"),
            (_, "P") => {
                self.protection = Protection::Private;
                reply(200, "data go under TLS")
            }
            (_, "C") => {
                self.protection = Protection::Prepared;
                reply(200, "data go in the clear")
            }
            (_, "S" | "E") => reply(536, "P or C"),
            _ => reply(504, "P or C"),
        }
    }

    /// The reply to CCC. TLS on the control connection ends after it.
    pub(super) fn ccc(&self) -> Vec<u8> {
        if self.wire.secured().is_none() {
            return reply(533, "nothing is protected");
        }
        reply(200, "in the clear from here on")
    }
}
