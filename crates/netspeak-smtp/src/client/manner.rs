//! How a mail is sent: which extensions it needs and gains by, found out before anything is sent.

use netspeak_core::{DotEncoder, ErrorKind, LineEndings, Phase, Reason};

use super::survey::Needs;
use super::{Body, Chunking, Client};
use crate::error::{Error, Result};
use crate::transaction::{Manner, Pace, Way};
use crate::types::{Capabilities, Envelope, MailBody, MailParameters, RcptParameters, SizeLimit};

/// Text leaves in writes of this size; no more of it stands in memory.
pub(super) const PIECE: usize = 256 * 1024;

/// Looks whether something is offered.
type Check = fn(&Capabilities) -> bool;

impl Client {
    /// Completes the parameters, and finds out before anything is sent what the server would not
    /// take.
    pub(super) fn manner(&self, envelope: &Envelope, body: &Body<'_>) -> Result<Manner> {
        envelope.check()?;
        let nothing = Capabilities::default();
        let offered = self.capabilities.as_ref().unwrap_or(&nothing);
        let mut parameters = envelope.parameters.clone();
        let needs = body.needs();
        plan_size(&mut parameters, offered, body, needs)?;
        plan_encoding(&mut parameters, offered, envelope, body, needs)?;
        self.check_extensions(&parameters, offered, envelope)?;
        let limits = offered.limits();
        let most = limits
            .recipients
            .and_then(|most| usize::try_from(most).ok());
        let binary = parameters.body == Some(MailBody::Binary);
        let chunks = self.chunking == Chunking::Auto && offered.chunking();
        if binary && !chunks {
            return Err(missing(
                "CHUNKING, which binary bodies need",
                Reason::NotOffered,
            ));
        }
        if self.line_endings == LineEndings::Refuse && !binary {
            refuse_lone_line_ends(body)?;
        }
        let is_small = body.bytes().is_some_and(|bytes| bytes.len() <= PIECE);
        Ok(Manner {
            mode: self.mode,
            pace: if self.pipelines() {
                Pace::Ahead
            } else {
                Pace::OneByOne
            },
            way: match (chunks, is_small) {
                (false, _) => Way::Dots,
                (true, true) => Way::OneChunk,
                (true, false) => Way::Chunks,
            },
            binary,
            ascii_only: parameters.body.is_none() && !offered.eight_bit_mime(),
            parameters,
            most: most.unwrap_or(usize::MAX).max(1),
        })
    }

    /// Whether the server takes another mail on this connection (RFC 9422).
    pub(super) fn check_mails(&self) -> Result<()> {
        let limits = self.capabilities.as_ref().map(Capabilities::limits);
        let most = limits.and_then(|limits| limits.mails);
        if most.is_some_and(|most| self.mails >= most) {
            return Err(missing("another mail on this connection", Reason::TooLarge));
        }
        Ok(())
    }

    fn check_extensions(
        &self,
        parameters: &MailParameters,
        offered: &Capabilities,
        envelope: &Envelope,
    ) -> Result<()> {
        let to_each = |wants: fn(&RcptParameters) -> bool| {
            envelope.recipients.iter().any(|to| wants(&to.parameters))
        };
        let dsn = parameters.ret.is_some()
            || parameters.envid.is_some()
            || to_each(RcptParameters::wants_dsn);
        // What is not wanted is not looked for.
        let checks: [(bool, Check, &'static str); 6] = [
            (dsn, Capabilities::dsn, "DSN"),
            (
                parameters.by.is_some(),
                |offered| offered.deliver_by().is_some(),
                "DELIVERBY",
            ),
            (
                parameters.hold_for.is_some(),
                |offered| offered.future_release().is_some(),
                "FUTURERELEASE",
            ),
            (
                parameters.priority.is_some(),
                Capabilities::mt_priority,
                "MT-PRIORITY",
            ),
            (
                parameters.requiretls,
                Capabilities::requiretls,
                "REQUIRETLS",
            ),
            (
                parameters.auth.is_some(),
                |offered| offered.has("AUTH"),
                "AUTH",
            ),
        ];
        for (wanted, is_offered, name) in checks {
            if wanted && !is_offered(offered) {
                return Err(missing(name, Reason::NotOffered));
            }
        }
        if parameters.requiretls && !self.conn.is_encrypted() {
            return Err(Error::usage("REQUIRETLS needs a connection with TLS"));
        }
        Ok(())
    }
}

fn plan_size(
    parameters: &mut MailParameters,
    offered: &Capabilities,
    body: &Body<'_>,
    needs: Option<Needs>,
) -> Result<()> {
    let is_binary = parameters.body == Some(MailBody::Binary);
    let all = needs.filter(|_| !body.is_partly_known());
    let known = match (body.stated_size(), all) {
        (_, Some(needs)) if is_binary => Some(needs.octets),
        (Some(stated), _) => Some(stated),
        (None, needs) => needs.map(|needs| needs.wire_octets),
    };
    let told = parameters
        .size
        .or_else(|| known.filter(|_| body.is_announced()));
    match (offered.size(), parameters.size.or(known)) {
        (Some(SizeLimit::Bytes(most)), Some(size)) if size > most => {
            return Err(missing(
                format!("mails of {size} bytes (its limit is {most})"),
                Reason::TooLarge,
            ));
        }
        (Some(_), _) => parameters.size = told,
        (None, _) => parameters.size = None,
    }
    Ok(())
}

fn plan_encoding(
    parameters: &mut MailParameters,
    offered: &Capabilities,
    envelope: &Envelope,
    body: &Body<'_>,
    needs: Option<Needs>,
) -> Result<()> {
    let has_utf8_header = needs.is_some_and(|needs| needs.has_utf8_header);
    let who = match (envelope.is_ascii(), has_utf8_header) {
        (false, _) => Some("SMTPUTF8, which the addresses need"),
        (_, true) => Some("SMTPUTF8, which the UTF-8 in the header needs"),
        _ if parameters.smtputf8 => Some("SMTPUTF8"),
        _ => None,
    };
    if let Some(feature) = who {
        if !offered.smtputf8() {
            return Err(missing(feature, Reason::NotOffered));
        }
        parameters.smtputf8 = true;
    }
    let may_be_eight_bit = body.is_partly_known() || needs.is_none_or(|needs| needs.is_eight_bit);
    match parameters.body {
        Some(MailBody::Binary) if !offered.binarymime() => {
            return Err(missing("BINARYMIME", Reason::NotOffered));
        }
        Some(MailBody::EightBit) if !offered.eight_bit_mime() => {
            return Err(missing("8BITMIME", Reason::NotOffered));
        }
        // It is what a server without the extension expects.
        Some(MailBody::SevenBit) if !offered.eight_bit_mime() => parameters.body = None,
        None if offered.eight_bit_mime() && may_be_eight_bit => {
            parameters.body = Some(MailBody::EightBit);
        }
        None if needs.is_some_and(|needs| needs.is_eight_bit) => {
            return Err(needs_eight_bit_mime());
        }
        _ => {}
    }
    Ok(())
}

fn refuse_lone_line_ends(body: &Body<'_>) -> Result<()> {
    let mut lines = DotEncoder::without_dots(LineEndings::Refuse);
    let mut out = Vec::new();
    for piece in body.bytes().unwrap_or_default().chunks(PIECE) {
        lines.encode(piece, &mut out)?;
        out.clear();
    }
    Ok(lines.finish(&mut out)?)
}

/// The error for text that a server without the extension must not be sent (RFC 6152 section 3).
pub(super) fn needs_eight_bit_mime() -> Error {
    missing(
        "8BITMIME, which the bytes beyond ASCII in the text need",
        Reason::NotOffered,
    )
}

fn missing(feature: impl Into<std::borrow::Cow<'static, str>>, reason: Reason) -> Error {
    Error::unsupported(feature, ErrorKind::new(Phase::Work, reason))
}
