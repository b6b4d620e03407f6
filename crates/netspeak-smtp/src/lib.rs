//! An SMTP and LMTP client: a result for every recipient, pipelining, BDAT, STARTTLS that cannot be
//! stripped, a pool, a probe.

mod codec;
mod command;
mod error;
pub mod response;
mod types;

pub use codec::{Event, ReplyCodec, State};
pub use command::{Chunk, Command};
pub use error::{Error, Result};
pub use response::{EnhancedCode, Reply};
pub use types::{
    ByMode, Capabilities, ClientName, DeclaredLimits, DeliverBy, Envelope, ForwardPath, MailBody,
    MailParameters, Notify, Parameter, RcptParameters, Recipient, Return, ReversePath, SizeLimit,
    xtext,
};

/// The engine that builds messages. Its messages and addresses are taken by this crate as they are.
pub use lettre::{Address, Message, address, message};
