//! [`Command`]: what can be said to a server (RFC 959, 2228, 2389, 2428, 3659, 4217, 7151 and drafts
//! in use).

use std::borrow::Cow;
use std::net::{IpAddr, SocketAddr, SocketAddrV4};

use netspeak_core::{Error, Result, Secret, Wire, check_argument, check_word};

use crate::response::iac_doubled;
use crate::types::{HashAlgorithm, Protection, TransferMode, TransferType};

/// A command. Paths are bytes, as servers have them; arguments with CR, LF or NUL are refused where it
/// is encoded.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Command<'a> {
    /// `USER name`.
    User(&'a str),
    /// `PASS secret`.
    Pass(&'a Secret),
    /// `ACCT account`.
    Acct(&'a Secret),
    /// `REIN`: as before the login.
    Rein,
    /// `QUIT`.
    Quit,
    /// `AUTH TLS` or `AUTH SSL` (RFC 4217): begin TLS.
    Auth(&'a str),
    /// `PBSZ 0` (RFC 2228): no protection buffer, as TLS has none.
    Pbsz,
    /// `PROT level` (RFC 2228): how data connections are protected.
    Prot(Protection),
    /// `CCC` (RFC 2228): the control connection goes on in clear text.
    Ccc,
    /// `FEAT` (RFC 2389): what can the server do?
    Feat,
    /// `OPTS command options` (RFC 2389).
    Opts(&'a str),
    /// `HOST name` (RFC 7151): which of many servers.
    Host(&'a str),
    /// `CLNT name`: who we are.
    Clnt(&'a str),
    /// `LANG [tag]` (RFC 2640): the language of the server's texts.
    Lang(Option<&'a str>),
    /// `SYST`: the kind of system.
    Syst,
    /// `HELP [topic]`.
    Help(Option<&'a str>),
    /// `NOOP`.
    Noop,
    /// `STAT [path]`: the state of the session, or a listing.
    Stat(Option<&'a [u8]>),
    /// `SITE parameters`.
    Site(&'a str),
    /// `TYPE code`.
    Type(TransferType),
    /// `MODE code`.
    Mode(TransferMode),
    /// `PWD`.
    Pwd,
    /// `CWD path`.
    Cwd(&'a [u8]),
    /// `CDUP`.
    Cdup,
    /// `MKD path`.
    Mkd(&'a [u8]),
    /// `RMD path`.
    Rmd(&'a [u8]),
    /// `DELE path`.
    Dele(&'a [u8]),
    /// `RNFR path`.
    Rnfr(&'a [u8]),
    /// `RNTO path`.
    Rnto(&'a [u8]),
    /// `SIZE path` (RFC 3659).
    Size(&'a [u8]),
    /// `MDTM path` (RFC 3659).
    Mdtm(&'a [u8]),
    /// `MFMT time path` (draft-somers-ftp-mfxx).
    Mfmt {
        /// Fourteen digits, in UTC.
        time: &'a str,
        /// The file.
        path: &'a [u8],
    },
    /// `MLST [path]` (RFC 3659).
    Mlst(Option<&'a [u8]>),
    /// `HASH path` (draft-bryan-ftp-hash).
    Hash(&'a [u8]),
    /// `XCRC path` and its neighbours.
    XHash(HashAlgorithm, &'a [u8]),
    /// `PASV`.
    Pasv,
    /// `EPSV` (RFC 2428).
    Epsv,
    /// `PORT address`.
    Port(SocketAddrV4),
    /// `EPRT address` (RFC 2428).
    Eprt(SocketAddr),
    /// `ALLO bytes`.
    Allo(u64),
    /// `REST offset` (RFC 3659).
    Rest(u64),
    /// `ABOR`.
    Abor,
    /// `RETR path`.
    Retr(&'a [u8]),
    /// `STOR path`.
    Stor(&'a [u8]),
    /// `APPE path`.
    Appe(&'a [u8]),
    /// `STOU [path]`.
    Stou(Option<&'a [u8]>),
    /// `LIST [path]`.
    List(Option<&'a [u8]>),
    /// `NLST [path]`.
    Nlst(Option<&'a [u8]>),
    /// `MLSD [path]` (RFC 3659).
    Mlsd(Option<&'a [u8]>),
    /// Any other line, as it is.
    Raw(&'a str),
}

impl<'a> Command<'a> {
    /// The verb, for errors and tables.
    pub fn verb(&self) -> Cow<'static, str> {
        Cow::Borrowed(match self {
            Self::User(_) => "USER",
            Self::Pass(_) => "PASS",
            Self::Acct(_) => "ACCT",
            Self::Rein => "REIN",
            Self::Quit => "QUIT",
            Self::Auth(_) => "AUTH",
            Self::Pbsz => "PBSZ",
            Self::Prot(_) => "PROT",
            Self::Ccc => "CCC",
            Self::Feat => "FEAT",
            Self::Opts(_) => "OPTS",
            Self::Host(_) => "HOST",
            Self::Clnt(_) => "CLNT",
            Self::Lang(_) => "LANG",
            Self::Syst => "SYST",
            Self::Help(_) => "HELP",
            Self::Noop => "NOOP",
            Self::Stat(_) => "STAT",
            Self::Site(_) => "SITE",
            Self::Type(_) => "TYPE",
            Self::Mode(_) => "MODE",
            Self::Pwd => "PWD",
            Self::Cwd(_) => "CWD",
            Self::Cdup => "CDUP",
            Self::Mkd(_) => "MKD",
            Self::Rmd(_) => "RMD",
            Self::Dele(_) => "DELE",
            Self::Rnfr(_) => "RNFR",
            Self::Rnto(_) => "RNTO",
            Self::Size(_) => "SIZE",
            Self::Mdtm(_) => "MDTM",
            Self::Mfmt { .. } => "MFMT",
            Self::Mlst(_) => "MLST",
            Self::Hash(_) => "HASH",
            Self::XHash(algorithm, _) => algorithm.verb(),
            Self::Pasv => "PASV",
            Self::Epsv => "EPSV",
            Self::Port(_) => "PORT",
            Self::Eprt(_) => "EPRT",
            Self::Allo(_) => "ALLO",
            Self::Rest(_) => "REST",
            Self::Abor => "ABOR",
            Self::Retr(_) => "RETR",
            Self::Stor(_) => "STOR",
            Self::Appe(_) => "APPE",
            Self::Stou(_) => "STOU",
            Self::List(_) => "LIST",
            Self::Nlst(_) => "NLST",
            Self::Mlsd(_) => "MLSD",
            Self::Raw(line) => {
                let verb = line.split(' ').next().unwrap_or_default();
                return Cow::Owned(verb.to_ascii_uppercase());
            }
        })
    }

    /// Adds the command to what will be sent.
    ///
    /// # Errors
    /// [`Error::Usage`] if an argument contains CR, LF or NUL, or is empty; nothing is added then.
    pub fn encode(&self, wire: &mut Wire) -> Result<()> {
        self.check()?;
        if let Self::Raw(line) = self {
            wire.raw(&iac_doubled(line.as_bytes())).end();
            return Ok(());
        }
        wire.verb(&self.verb());
        match self.argument() {
            Argument::None => {}
            Argument::Secret(name, secret) => {
                wire.secret(name, secret)?;
            }
            Argument::Number(number) => {
                wire.number(number);
            }
            Argument::Text(_, text) => {
                wire.raw(b" ").raw(&iac_doubled(text.as_bytes()));
            }
            Argument::Path(path) => {
                wire.raw(b" ").raw(&iac_doubled(path));
            }
        }
        if let Self::Mfmt { path, .. } = self {
            wire.raw(b" ").raw(&iac_doubled(path));
        }
        wire.end();
        Ok(())
    }

    /// Refuses bad arguments before anything is written.
    pub(crate) fn check(&self) -> Result<()> {
        match self {
            Self::Raw(line) => {
                check_argument("command", line.as_bytes())?;
                if line.starts_with(' ') {
                    return Err(Error::usage("the command begins with a space"));
                }
                return Ok(());
            }
            Self::Mfmt { path, .. } => check_argument("path", path)?,
            Self::Auth(word) => check_word("security mechanism", word)?,
            Self::Host(host) => check_word("host", host)?,
            _ => {}
        }
        match self.argument() {
            Argument::Secret(name, secret) => check_argument(name, secret.expose().as_bytes()),
            Argument::Text(name, text) => check_argument(name, text.as_bytes()),
            Argument::Path(path) => check_argument("path", path),
            Argument::None | Argument::Number(_) => Ok(()),
        }
    }

    fn argument(&self) -> Argument<'a> {
        match self {
            Self::User(user) => Argument::Text("user name", Cow::Borrowed(*user)),
            Self::Pass(secret) => Argument::Secret("password", secret),
            Self::Acct(secret) => Argument::Secret("account", secret),
            Self::Auth(text) => Argument::Text("security mechanism", Cow::Borrowed(*text)),
            Self::Opts(text) => Argument::Text("options", Cow::Borrowed(*text)),
            Self::Host(text) => Argument::Text("host", Cow::Borrowed(*text)),
            Self::Clnt(text) => Argument::Text("name of the client", Cow::Borrowed(*text)),
            Self::Lang(Some(text)) => Argument::Text("language", Cow::Borrowed(*text)),
            Self::Help(Some(text)) => Argument::Text("topic", Cow::Borrowed(*text)),
            Self::Site(text) => Argument::Text("parameters of SITE", Cow::Borrowed(*text)),
            Self::Mfmt { time, .. } => Argument::Text("time", Cow::Borrowed(*time)),
            Self::Pbsz => Argument::Number(0),
            Self::Allo(number) | Self::Rest(number) => Argument::Number(*number),
            Self::Prot(protection) => Argument::Text("level", Cow::Borrowed(protection.code())),
            Self::Type(code) => Argument::Text("type", Cow::Borrowed(code.code())),
            Self::Mode(code) => Argument::Text("mode", Cow::Borrowed(code.code())),
            Self::Port(address) => Argument::Text("address", Cow::Owned(host_port(*address))),
            Self::Eprt(address) => Argument::Text("address", Cow::Owned(extended(*address))),
            Self::Cwd(path)
            | Self::Mkd(path)
            | Self::Rmd(path)
            | Self::Dele(path)
            | Self::Rnfr(path)
            | Self::Rnto(path)
            | Self::Size(path)
            | Self::Mdtm(path)
            | Self::Hash(path)
            | Self::XHash(_, path)
            | Self::Retr(path)
            | Self::Stor(path)
            | Self::Appe(path) => Argument::Path(path),
            Self::Stat(path)
            | Self::Mlst(path)
            | Self::Stou(path)
            | Self::List(path)
            | Self::Nlst(path)
            | Self::Mlsd(path) => path.map_or(Argument::None, Argument::Path),
            _ => Argument::None,
        }
    }
}

enum Argument<'a> {
    None,
    Number(u64),
    Text(&'static str, Cow<'a, str>),
    Secret(&'static str, &'a Secret),
    Path(&'a [u8]),
}

/// `h1,h2,h3,h4,p1,p2` (RFC 959 section 4.1.2).
fn host_port(address: SocketAddrV4) -> String {
    let [a, b, c, d] = address.ip().octets();
    let [high, low] = address.port().to_be_bytes();
    format!("{a},{b},{c},{d},{high},{low}")
}

/// `|2|::1|5282|` (RFC 2428 section 2).
fn extended(address: SocketAddr) -> String {
    let ip = address.ip();
    let family = match ip {
        IpAddr::V4(_) => 1,
        IpAddr::V6(_) => 2,
    };
    format!("|{family}|{ip}|{}|", address.port())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn encoded(command: &Command<'_>) -> Result<Vec<u8>> {
        let mut wire = Wire::new();
        command.encode(&mut wire)?;
        Ok(wire.bytes().to_vec())
    }

    #[test]
    fn commands_on_the_wire() {
        let secret = Secret::from(" pass word ");
        let path = &b"/a b/\xff\xc3\xa9 "[..];
        for (command, wire) in [
            (Command::User("m rose"), &b"USER m rose\r\n"[..]),
            (Command::Pass(&secret), b"PASS  pass word \r\n"),
            (Command::Acct(&secret), b"ACCT  pass word \r\n"),
            (Command::Auth("TLS"), b"AUTH TLS\r\n"),
            (Command::Pbsz, b"PBSZ 0\r\n"),
            (Command::Prot(Protection::Private), b"PROT P\r\n"),
            (Command::Feat, b"FEAT\r\n"),
            (Command::Opts("UTF8 ON"), b"OPTS UTF8 ON\r\n"),
            (Command::Type(TransferType::Ascii), b"TYPE A\r\n"),
            (Command::Mode(TransferMode::Deflate), b"MODE Z\r\n"),
            (Command::Stat(None), b"STAT\r\n"),
            (Command::Retr(path), b"RETR /a b/\xff\xff\xc3\xa9 \r\n"),
            (Command::Rest(0), b"REST 0\r\n"),
            (Command::Allo(1 << 40), b"ALLO 1099511627776\r\n"),
            (
                Command::Port("10.0.0.1:1025".parse().unwrap()),
                b"PORT 10,0,0,1,4,1\r\n",
            ),
            (
                Command::Eprt("[::1]:5282".parse().unwrap()),
                b"EPRT |2|::1|5282|\r\n",
            ),
            (
                Command::Eprt("10.0.0.1:5282".parse().unwrap()),
                b"EPRT |1|10.0.0.1|5282|\r\n",
            ),
            (
                Command::Mfmt {
                    time: "20020717210715",
                    path: b"a b",
                },
                b"MFMT 20020717210715 a b\r\n",
            ),
            (Command::XHash(HashAlgorithm::Md5, b"f"), b"XMD5 f\r\n"),
            (Command::Raw("SITE CHMOD 600 f"), b"SITE CHMOD 600 f\r\n"),
        ] {
            assert_eq!(encoded(&command).unwrap(), wire, "{command:?}");
            assert!(wire.starts_with(command.verb().as_bytes()));
        }
    }

    #[test]
    fn no_argument_becomes_a_second_command() {
        for bad in ["a\r\nDELE 1", "a\nb", "a\rb", "a\0b", ""] {
            let secret = Secret::from(bad);
            let path = bad.as_bytes();
            for command in [
                Command::User(bad),
                Command::Pass(&secret),
                Command::Acct(&secret),
                Command::Auth(bad),
                Command::Opts(bad),
                Command::Host(bad),
                Command::Clnt(bad),
                Command::Lang(Some(bad)),
                Command::Help(Some(bad)),
                Command::Site(bad),
                Command::Cwd(path),
                Command::Retr(path),
                Command::Stor(path),
                Command::Stou(Some(path)),
                Command::List(Some(path)),
                Command::Mfmt { time: "1", path },
                Command::Mfmt {
                    time: bad,
                    path: b"f",
                },
                Command::Raw(bad),
            ] {
                let mut wire = Wire::new();
                let error = command.encode(&mut wire).unwrap_err();
                assert_eq!(error.kind().to_string(), "usage", "{command:?}");
                assert!(wire.is_empty(), "{command:?} left something behind");
            }
        }
        assert!(encoded(&Command::Raw(" NOOP")).is_err());
        assert!(encoded(&Command::Host("a b")).is_err());
    }
}
