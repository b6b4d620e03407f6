//! Values checked where they are made: texts, flags, mailboxes, sets of ids, sections, dates, capabilities.

mod capability;
mod date;
mod flag;
mod id_list;
mod id_set;
mod ids;
mod mailbox;
mod path;
mod rights;
mod section;
#[cfg(feature = "serde")]
mod stored;
mod text;
mod utf7;

pub use capability::{Capabilities, Literals};
pub use date::{Date, InternalDate};
pub use flag::{Flag, FlagName};
pub use id_list::IdList;
pub use id_set::IdSet;
pub use ids::Ids;
pub use mailbox::{Mailbox, Text8};
pub use path::ImapPath;
pub use rights::{Right, Rights};
pub use section::{Section, SectionText};
pub use text::Text;
