//! A mail that was accepted.

/// A mail that was accepted: the envelope as the client said it, and the data.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Mail {
    /// On which connection, the first being 1.
    pub connection: usize,
    /// Whether it came under TLS.
    pub encrypted: bool,
    /// Who had logged in.
    pub user: Option<String>,
    /// What the client had called itself.
    pub hello: String,
    /// The sender's address; empty for `<>`.
    pub from: String,
    /// The parameters of MAIL as they were said: `SIZE=100`.
    pub parameters: Vec<String>,
    /// Who gets it: the recipients that were accepted.
    pub recipients: Vec<Recipient>,
    /// The data, without what the way of sending has added: doubled dots, the lone dot, the chunks.
    pub data: Vec<u8>,
    /// The way of sending.
    pub how: How,
}

/// One recipient that was accepted.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Recipient {
    /// The address.
    pub address: String,
    /// The parameters of RCPT as they were said: `NOTIFY=NEVER`.
    pub parameters: Vec<String>,
}

/// How the data came.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum How {
    /// By DATA.
    Data,
    /// By BDAT, in chunks of these sizes.
    Bdat(Vec<usize>),
}

impl Mail {
    /// The value of a parameter of MAIL, empty if it has none. The name's case does not matter.
    pub fn parameter(&self, name: &str) -> Option<&str> {
        parameter(&self.parameters, name)
    }

    /// The addresses of the recipients.
    pub fn addresses(&self) -> Vec<&str> {
        self.recipients
            .iter()
            .map(|recipient| recipient.address.as_str())
            .collect()
    }
}

impl Recipient {
    /// The value of a parameter of RCPT, empty if it has none. The name's case does not matter.
    pub fn parameter(&self, name: &str) -> Option<&str> {
        parameter(&self.parameters, name)
    }

    /// The local part of the address.
    pub(super) fn user(&self) -> &str {
        self.address
            .rsplit_once('@')
            .map_or(self.address.as_str(), |(user, _)| user)
    }
}

fn parameter<'a>(all: &'a [String], name: &str) -> Option<&'a str> {
    all.iter()
        .map(|parameter| parameter.split_once('=').unwrap_or((parameter, "")))
        .find(|(key, _)| key.eq_ignore_ascii_case(name))
        .map(|(_, value)| value)
}
