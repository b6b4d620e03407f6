//! Values checked where they are made: names, paths, parameters, envelopes, capabilities.

mod capability;
mod envelope;
mod name;
mod parameter;
mod path;

pub use capability::{Capabilities, DeclaredLimits, SizeLimit};
pub use envelope::{Envelope, Recipient};
pub use name::ClientName;
pub use parameter::{
    ByMode, DeliverBy, MailBody, MailParameters, Notify, Parameter, RcptParameters, Return, xtext,
};
pub use path::{ForwardPath, ReversePath};
