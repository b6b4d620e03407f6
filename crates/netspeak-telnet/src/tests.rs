//! Sessions with scripted peers and with the fake server.

#[cfg(feature = "net")]
mod cancelled;
#[cfg(feature = "net")]
mod dialogues;
#[cfg(feature = "net")]
mod logins;
mod properties;
#[cfg(feature = "net")]
mod serial;
mod vectors;
