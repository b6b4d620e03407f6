//! Dialogues with servers in memory and on loopback.

mod answers;
