//! Subnegotiations, each option's in its file: what is read of them, and what is answered.

pub(crate) mod charset;
pub mod com_port;
pub(crate) mod environ;
pub mod games;
pub mod linemode;
pub mod status;
pub(crate) mod terminal;
