//! [`Envelope`]: who sends, to whom, and how.

use netspeak_core::{Error, Result};

use super::parameter::{MailParameters, RcptParameters};
use super::path::{ForwardPath, ReversePath};

/// What is said about a mail before its text: sender, recipients, and their parameters.
///
/// ```
/// use netspeak_smtp::Envelope;
///
/// # fn main() -> netspeak_smtp::Result<()> {
/// let envelope = Envelope::new("ops@example.org", ["a@example.net", "b@example.net"])?;
/// assert_eq!(envelope.recipients.len(), 2);
/// assert!(Envelope::new("ops@example.org", ["a@example.net>\r\nDATA"]).is_err());
///
/// let (sender, readers) = ("ops@example.org".to_owned(), vec!["a@example.net".to_owned()]);
/// assert_eq!(Envelope::new(&sender, &readers)?, Envelope::new(sender, readers)?);
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Envelope {
    /// Who gets the reports; nobody is [`ReversePath::NULL`].
    pub sender: ReversePath,
    /// Parameters of MAIL.
    pub parameters: MailParameters,
    /// Who gets the mail.
    pub recipients: Vec<Recipient>,
}

/// Who gets a mail.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Recipient {
    /// The address.
    pub path: ForwardPath,
    /// Parameters of RCPT.
    pub parameters: RcptParameters,
}

impl Envelope {
    /// An envelope without parameters; an empty sender is nobody. Addresses are taken in any form that
    /// is text: `&str`, `String`, lettre's `Address`.
    ///
    /// # Errors
    /// [`Error::Usage`] for what is no address.
    pub fn new(
        sender: impl AsRef<str>,
        recipients: impl IntoIterator<Item = impl AsRef<str>>,
    ) -> Result<Self> {
        let recipients: Result<Vec<_>> = recipients
            .into_iter()
            .map(|path| path.as_ref().parse::<ForwardPath>().map(Recipient::from))
            .collect();
        Ok(Self {
            sender: sender.as_ref().parse()?,
            parameters: MailParameters::default(),
            recipients: recipients?,
        })
    }

    #[cfg(feature = "net")]
    pub(crate) fn check(&self) -> Result<()> {
        if self.recipients.is_empty() {
            return Err(Error::usage("a mail needs at least one recipient"));
        }
        self.parameters.check()
    }

    /// Whether no address in it is UTF-8.
    #[cfg(feature = "net")]
    pub(crate) fn is_ascii(&self) -> bool {
        self.sender.is_ascii() && self.recipients.iter().all(|to| to.path.is_ascii())
    }
}

impl From<ForwardPath> for Recipient {
    fn from(path: ForwardPath) -> Self {
        Self {
            path,
            parameters: RcptParameters::default(),
        }
    }
}

impl TryFrom<&lettre::address::Envelope> for Envelope {
    type Error = Error;

    fn try_from(envelope: &lettre::address::Envelope) -> Result<Self> {
        let recipients: Result<Vec<_>> = envelope
            .to()
            .iter()
            .map(|address| ForwardPath::try_from(address).map(Recipient::from))
            .collect();
        Ok(Self {
            sender: envelope
                .from()
                .map_or(Ok(ReversePath::NULL), TryInto::try_into)?,
            parameters: MailParameters::default(),
            recipients: recipients?,
        })
    }
}
