//! What a server says.

#[doc(hidden)]
pub mod toy;
