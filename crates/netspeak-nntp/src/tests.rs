//! Sessions with scripted peers and with the fake server.
