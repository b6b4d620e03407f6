//! The socket crate under netspeak's protocol crates.

mod secret;

pub use secret::Secret;
