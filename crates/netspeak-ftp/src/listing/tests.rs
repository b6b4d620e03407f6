//! What servers really send, against what is right.

mod vectors;
