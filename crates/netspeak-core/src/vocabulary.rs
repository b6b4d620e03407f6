//! The words that every protocol shares: what builders and clients take and return.
//!
//! A protocol crate re-exports them all (`pub use netspeak_core::vocabulary::*;`), so that its users need
//! no other dependency. There is one list here, not one in each crate, because what a
//! [connector](crate::Connector) takes is the same everywhere. Where a protocol has its own thing of the
//! same name, such as its `Error`, that one takes precedence.

pub use crate::address::{Endpoint, Host, Port, Transport};
pub use crate::codec::{Codec, Shown, Step};
pub use crate::dot::LineEndings;
pub use crate::encoding::Encoding;
/// The error of what no peer has a part in, such as reading a URL; `?` makes a protocol's error of it.
pub use crate::error::Error as CoreError;
pub use crate::error::{At, ErrorKind, NetError, NoReply, Phase, Reason, UnknownWord};
pub use crate::excerpt::Excerpt;
pub use crate::limits::Limits;
pub use crate::local_name::{LocalName, NameFault, NameRules, Taken};
pub use crate::policy::{ClearTextAuth, Security};
pub use crate::said::Said;
pub use crate::scheme::{Scheme, Tls};
pub use crate::secret::Secret;
pub use crate::target::Target;
pub use crate::wire::Wire;

#[cfg(feature = "net")]
pub use crate::{
    conn::{ByteStream, Conn},
    connect::{Connector, Detour, PoolKey},
    deadline::{Deadline, Deadlines, Timeouts},
    dial::Dialer,
    opening::{Opening, Prepared, Rules, TlsSessions, UpgradeOffer},
    pace::Progress,
    reach::Reach,
    resolve::Family,
    socket,
    stream::Io,
    timeline::Stamp,
    trace::{Attempt, Entry, Side, Trace},
};

#[cfg(feature = "dns")]
pub use crate::dns;

#[cfg(feature = "tls")]
pub use crate::{cert::CertFacts, tls};

#[cfg(feature = "deflate")]
pub use crate::stream::deflated::Deflate;

#[cfg(feature = "proxy")]
pub use crate::proxy::{self, Proxy, ProxyHeader};

#[cfg(feature = "sasl")]
pub use crate::sasl;

#[cfg(feature = "probe")]
pub use crate::{protocol, report};
