//! One IMAP session (RFC 9051 section 3): what it knows, and how it takes turns with its client.

use crate::auth::Framing;
use crate::dialogue::{Command, Dialogue};
use crate::imap::Imap;
use crate::imap::fault::ImapFault;
use crate::imap::notify::Notify;
use crate::imap::reply::{Data, Verdict};
use crate::imap::selected::Selected;
use crate::protocol::Speak;
use crate::wire::{Flow, Wire};

impl Speak for Imap {
    async fn talk(&self, wire: &mut Wire) -> Flow<()> {
        let session = Session {
            imap: self,
            wire,
            tag: String::new(),
            user: self.preauth.clone(),
            selected: None,
            enabled: Enabled::default(),
            compressed: false,
            notify: None,
            identified: false,
            data: Data::default(),
        };
        let greeting = session.greeting();
        let greeting = session.wire.greet(greeting).await?;
        if greeting.starts_with(b"* BYE") {
            return session.wire.close().await;
        }
        session.serve().await
    }
}

pub(super) struct Session<'a> {
    pub(super) imap: &'a Imap,
    pub(super) wire: &'a mut Wire,
    /// The tag of the command under way.
    pub(super) tag: String,
    pub(super) user: Option<String>,
    pub(super) selected: Option<Selected>,
    pub(super) enabled: Enabled,
    /// Whether COMPRESS was said.
    pub(super) compressed: bool,
    /// What the client wants to be told at any time.
    pub(super) notify: Option<Notify>,
    /// Whether the client has said ID.
    pub(super) identified: bool,
    /// The untagged data of the command under way.
    pub(super) data: Data,
}

/// What the client has switched on.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Enabled {
    pub(super) condstore: bool,
    pub(super) qresync: bool,
    pub(super) utf8: bool,
    pub(super) rev2: bool,
    pub(super) uid_only: bool,
}

impl Dialogue for Session<'_> {
    const QUIT: Option<&'static str> = Some("LOGOUT");

    const SASL: Option<Framing> = Some(Framing {
        verb: "AUTHENTICATE",
        challenge: "+ ",
    });

    fn wire(&mut self) -> &mut Wire {
        self.wire
    }

    async fn command(&mut self) -> Flow<Command> {
        self.read_command().await
    }

    async fn obey(&mut self, command: &Command) -> Flow<Option<Vec<u8>>> {
        // Where there is nothing else, nobody has to enable it.
        self.enabled.rev2 |= !self.has("IMAP4rev1") && self.has("IMAP4rev2");
        let faults = self.wire.script().imap(&command.verb);
        self.data = Data {
            utf8: self.writes_utf8(),
            uid_only: self.enabled.uid_only,
            faults: faults.clone(),
            ..Data::default()
        };
        let verdict = if faults.contains(&ImapFault::Nothing) {
            crate::imap::reply::ok("completed")
        } else {
            match self.dispatch(command).await? {
                Some(verdict) => verdict,
                None => return Ok(None),
            }
        };
        let mut reply = std::mem::take(&mut self.data.bytes);
        if !faults.contains(&ImapFault::NoTagged) {
            reply.extend(verdict.line(&self.tag));
        }
        Ok(Some(reply))
    }

    fn quote(&self, _verb: &str, said: &[u8]) -> Vec<u8> {
        let first = said.split(|&byte| byte == b'\r').next().unwrap_or_default();
        [self.tag.as_bytes(), b" NO you said ", first, b"\r\n"].concat()
    }

    fn is_refusal(&self, reply: &[u8]) -> bool {
        let reply = reply.strip_suffix(b"\r\n").unwrap_or(reply);
        let last = reply.rsplit(|&byte| byte == b'\n').next();
        let last = last.unwrap_or_default();
        let verdict = last
            .strip_prefix(self.tag.as_bytes())
            .and_then(|rest| rest.strip_prefix(b" "));
        verdict.is_some_and(|it| it.starts_with(b"NO") || it.starts_with(b"BAD"))
            || last.starts_with(b"* BYE")
    }

    fn forget(&mut self) {
        self.identified = false;
    }

    async fn then(&mut self, command: &Command, did: Option<&[u8]>) -> Flow<()> {
        let did_so = did.is_some_and(|reply| !self.is_refusal(reply));
        if command.verb == "COMPRESS" && did_so {
            self.compressed = true;
            self.wire.compress().await?;
        }
        Ok(())
    }
}

impl Session<'_> {
    fn greeting(&self) -> Vec<u8> {
        let status = match self.user {
            Some(_) => "PREAUTH",
            None => "OK",
        };
        let code = match self.capability_code() {
            Some(code) => format!("[{code}] "),
            None => String::new(),
        };
        format!("* {status} {code}netspeak-fake IMAP ready\r\n").into_bytes()
    }

    /// Whether names and strings go out in UTF-8.
    pub(super) fn writes_utf8(&self) -> bool {
        self.enabled.utf8 || self.enabled.rev2
    }

    /// Whether a fault like this is on for the command under way.
    pub(super) fn fails_by(&self, fault: &ImapFault) -> bool {
        self.data.faults.contains(fault)
    }

    /// A refusal, where the server does not do what belongs to this capability.
    pub(super) fn needs(&self, capability: &str) -> Result<(), Verdict> {
        match self.has(capability) {
            true => Ok(()),
            false => Err(crate::imap::reply::bad("unknown command")),
        }
    }
}
