//! What a protocol is to this crate, and how to add one.
//!
//! # To add a server
//! For a protocol `Foo`, write
//!
//! 1. `foo.rs`: the struct `Foo`, which is what this server is told and what its connections share (behind an `Arc`, so that the test sees
//!    it too), with `Foo::builder()`; `impl Builder<Foo>` for what only this protocol can be told; `impl Fake<Foo>` for what can be asked
//!    of it afterwards; `impl Protocol for Foo {}`.
//! 2. `foo/session.rs`: `impl Speak for Foo`, which greets ([`Wire::greet`]) and serves one connection. Where requests and replies take
//!    turns, the session implements [`Dialogue`](crate::dialogue::Dialogue), and `talk` ends with `session.serve().await`. A request need
//!    not be a line that starts with its verb (`Dialogue::command`), and there need not be more than one (`Dialogue::is_last`). A protocol
//!    without turns talks with [`Wire`] itself: [`Wire::begin`], what `script().forced(..)` tells or else its own reply, [`Wire::answer`].
//! 3. Beside it in `foo/` what deserves a file: `reply.rs` (how replies are written), `auth.rs` (logins), the server's state.
//! 4. In `lib.rs` the modules, the names and a line of the table; in `fault.rs`, a line of [`Fault`](crate::Fault)'s table for what only
//!    this protocol gets wrong; tests in `tests/foo.rs`.
//!
//! Where an engine reads and writes by itself, it has the stream from [`Wire::lend`] and gives it back by being dropped, whenever there is
//! something to be done that it would not do: `http/session.rs`.
//!
//! `pop3/` is the short example; `smtp/` shows commands that bring more than a line, and a verdict that comes later; `imap/` one table of who
//! may say what when.
//!
//! | for free | where |
//! |---|---|
//! | ports, Unix sockets, streams in memory, and their end | `server.rs` |
//! | the log of what was said | `log.rs` |
//! | TLS from the first byte or later, good and bad certificates, the client's certificate | `server.rs`, `tls.rs`, `certificate.rs` |
//! | users, passwords, tokens; every SASL mechanism, with its foul play | `accounts.rs`, `auth.rs`: `Dialogue::log_in` |
//! | verbs and capabilities that a test adds, changes or takes away | `offer.rs`: ask `knows(verb)`, send `list(own)` |
//! | every [`Fault`](crate::Fault): before, in, after and in place of a reply | `wire.rs`, `dialogue.rs` |
//! | texts that come in up to a dot or by count, or go out up to a dot | `body.rs`, `dot.rs` |
//! | words in braces in what a test has written, such as `{tag}` | `placeholder.rs`: `Wire::name` |
//! | compression both ways | `deflate.rs`: `Wire::compress` |
//! | mailboxes that several servers share | `mailstore.rs`: `Keeper` |
//!
//! What a session must not forget: [`Wire::takes_secrets`] before it takes a password, [`Wire::offers_upgrade`] before it lists or begins TLS,
//! [`Wire::before_verdict`] before the verdict on a login that is not by SASL.
//!
//! # Who imports whom
//! ```text
//! accounts  offer  certificate  fault  mechanism  <-  settings
//! settings  fault  log  tls  transport  <-  wire  <-  protocol  <-  server  <-  builder  <-  foo  <-  foo/session
//! accounts  mechanism  scram  <-  sasl,  wire  <-  auth  <-  dialogue  <-  foo/session
//! ```

use std::future::Future;

use crate::wire::{Flow, Wire};

/// A protocol that this crate can play the server of.
pub trait Protocol: Speak {}

/// How a protocol talks; for this crate only.
pub trait Speak: Sized + Send + Sync + 'static {
    /// Serves one connection, from the greeting on.
    fn talk(&self, wire: &mut Wire) -> impl Future<Output = Flow<()>> + Send;
}
