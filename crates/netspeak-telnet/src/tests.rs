//! Sessions with scripted peers and with the fake server.

mod properties;
mod vectors;
