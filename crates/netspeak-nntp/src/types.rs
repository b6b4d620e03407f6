//! Values checked where they are made: group names, message-ids, ranges, capabilities.

mod capability;
mod group;
mod message_id;
mod path;
mod range;

pub use capability::Capabilities;
pub use group::{Group, GroupName};
pub use message_id::MessageId;
pub use path::NntpPath;
pub use range::{ArticleRange, Span, Which};
