#![cfg_attr(docsrs, feature(doc_cfg))]
//! A POP3 client: typed sessions, pipelined retrieval, STLS that cannot be stripped, probe.
//!
//! ```no_run
//! # async fn example() -> netspeak_pop3::Result<()> {
//! let mut client = netspeak_pop3::connect("pop3s://ops:hunter2@mail.example.org").await?;
//! for listing in client.list().await? {
//!     let mut message = client.retr(listing.number).await?;
//!     message.copy_to(&mut Vec::new()).await?; // any AsyncWrite; here it is only counted
//! }
//! client.quit().await?; // deletes what is marked; dropping the client deletes nothing
//! # Ok(())
//! # }
//! ```
//!
//! Three doors: [`connect`] with a URL, [`Client::builder`] with settings, [`Client::from_conn`]
//! over any stream. Without default features the crate is a pure codec: [`Command`], [`Reply`],
//! [`ReplyCodec`], [`Maildrop`], no tokio.
//!
//! This crate is all you need: the parts of `netspeak-core` that its methods take and return are
//! re-exported here, from [`Connector`], [`Timeouts`] and [`Tls`] to the modules [`tls`], [`proxy`] and
//! [`sasl`]. Where their examples name that crate, the name of this one works too.
//!
//! | feature | what it adds |
//! |---|---|
//! | `net` (default) | [`Client`] |
//! | `idn` | host names that are not ASCII (IDNA) |
//! | `serde` | [`UniqueId`], [`Maildrop`] and the other values of listings are stored and read by serde |
//! | `probe` | `PROTOCOL`: the conversation behind `netspeak probe` |
//!
//! # From Python's poplib
//!
//! | Python | here |
//! |---|---|
//! | `POP3(host, port, timeout)` | [`connect`] with `pop3://host:port`, [`Builder::timeouts`] |
//! | `POP3_SSL(host, port, context=)` | [`connect`] with `pop3s://host:port`, [`Builder::connector`] |
//! | `getwelcome()` | [`Client::greeting`]; the timestamp: [`Client::timestamp`] |
//! | `capa()` | [`Client::capa`]: typed, and the raw lines in [`Capabilities::lines`] |
//! | `stls(context)` | [`Client::stls`]; a `pop3://` URL with a password does it by itself |
//! | `user(name)`, `pass_(password)` | [`Client::user_pass`]; [`Client::login`] takes the strongest way |
//! | `apop(user, secret)` | [`Client::apop`] |
//! | `rpop(user)` | none: RFC 1725 removed it |
//! | `stat()` | [`Client::stat`] |
//! | `list()`, `list(n)` | [`Client::list`], [`Client::list_one`] |
//! | `uidl()`, `uidl(n)` | [`Client::uidl`], [`Client::uidl_one`]; [`Client::new_messages`] |
//! | `retr(n)` | [`Client::retr`], a stream; many: [`Client::fetch`] |
//! | `top(n, lines)` | [`Client::top`] |
//! | `dele(n)` | [`Client::dele`], [`Client::dele_many`], [`Client::dele_by_uid`] |
//! | `rset()`, `noop()` | [`Client::rset`], [`Client::noop`] |
//! | `utf8()` | [`Client::utf8`], [`Builder::utf8_if_offered`] |
//! | `quit()` | [`Client::quit`]: a `-ERR` is an error where messages are marked |
//! | `close()` | dropping the client: nothing is said, nothing is deleted |
//! | `set_debuglevel(n)` | [`Builder::trace`] with a transcript; no password is in it |
//! | `error_proto` | [`Error`], with a stable word for each: [`Error::kind`] |
//!
//! # RFCs
//!
//! | RFC | what |
//! |---|---|
//! | 1939 | POP3: all verbs |
//! | 2384 | `pop://` URLs, `;AUTH=` |
//! | 2449 | CAPA, response codes, pipelining |
//! | 2595, 8314 | STLS, `pop3s` |
//! | 3206 | `[SYS/TEMP]`, `[SYS/PERM]`, `[AUTH]` |
//! | 5034 | AUTH |
//! | 6856 | UTF8, LANG |
//!
//! # What there is, and what proves it
//!
//! | # | what | where | proof |
//! |---|---|---|---|
//! | P1 | greeting and its timestamp | [`Client::greeting`], [`Client::timestamp`] | `the_session_of_rfc_1939`, `timestamps_are_message_ids_and_nothing_else`, `another_protocol` |
//! | P2 | USER and PASS | [`Client::user_pass`] | `the_verbs_of_rfc_1939`, `no_password_in_clear_text_to_a_remote_server` |
//! | P3 | APOP | [`Client::apop`] | `the_digest_of_rfc_1939`, `what_was_said_in_clear_text_is_forgotten` |
//! | P4 | RPOP | | no: RFC 1725 removed it, and it proved nothing |
//! | P5 | CAPA | [`Client::capa`], [`Capabilities`] | `capabilities_of_rfc_2449`, `a_server_without_capa_and_without_texts` |
//! | P6 | STLS | [`Client::stls`] | `clear_text_behind_the_answer_is_an_attack`, `credentials_demand_the_upgrade`, `clear_text_instead_of_a_handshake` |
//! | P7 | TLS from the first byte | `pop3s://` | `tls_from_the_first_byte`, `a_cut_inside_tls_is_told_from_an_end` |
//! | P8 | AUTH with every SASL mechanism | [`Client::login`] | `every_way_by_its_name`, `sasl_as_in_rfc_5034`, `a_refused_binding_is_left_out_and_the_password_is_not_sent`, `a_server_that_does_not_prove_itself_is_not_believed` |
//! | P9 | XOAUTH2 and OAUTHBEARER, tokens renewed | [`Client::login`] | `every_way_by_its_name`, `a_rejected_token_is_asked_for_once_more` |
//! | P10 | STAT | [`Client::stat`] | `stat_takes_junk_behind_the_numbers_and_odd_sizes`, `numbers_neither_wrap_nor_panic` |
//! | P11 | LIST, of one or all | [`Client::list`], [`Client::list_one`] | `listings`, `lists_without_end_stop_at_their_limit` |
//! | P12 | UIDL, of one or all | [`Client::uidl`], [`Client::uidl_one`] | `the_verbs_of_rfc_1939`, `junk_does_not_end_a_session` |
//! | P13 | RETR, as a stream | [`Client::retr`], [`Message`] | `a_message_comes_in_pieces_and_may_be_skipped_or_copied`, `the_retr_example_runs` |
//! | P14 | TOP | [`Client::top`] | `top_is_the_header_and_so_many_lines` |
//! | P15 | DELE, RSET, NOOP; QUIT commits | [`Client::dele`], [`Client::quit`] | `quit_deletes_what_is_marked`, `rset_takes_the_marks_back`, `dropping_deletes_nothing_and_says_nothing`, `a_quit_that_does_not_commit_is_an_error`, `a_quit_without_an_answer_undoes_nothing_unless_messages_are_marked` |
//! | P16 | pipelining | [`Client::fetch`], [`Client::dele_many`] | `refusals_in_the_middle_belong_to_their_numbers`, `without_pipelining_one_goes_at_a_time`, `many_at_once_each_with_its_result` |
//! | P17 | response codes, typed | [`Reply::code`], [`ResponseCode`] | `refusals_have_their_words`, `codes_are_known_in_any_case_and_unknown_ones_kept` |
//! | P18 | EXPIRE, LOGIN-DELAY, IMPLEMENTATION | [`Capabilities`] | `the_example_of_rfc_2449`, `case_and_oddities` |
//! | P19 | UTF8 | [`Client::utf8`], [`Builder::utf8_if_offered`] | `languages_and_utf8_of_rfc_6856`, `tls_from_the_first_byte` |
//! | P20 | LANG | [`Client::lang`], [`Client::languages`] | `languages_and_utf8_of_rfc_6856` |
//! | P21 | dots undone to the byte | [`ReplyCodec`] | `dots_are_undone_to_the_byte`, `only_a_lone_dot_between_crlf_ends_a_message` |
//! | P22 | limits on lines, lists, replies | [`Limits`] | `lines_without_end_stop_at_their_limit`, `limits_can_be_set`, `any_bytes_in_any_split_mean_the_same` |
//! | P23 | what is new, by unique id; deleting by unique id | [`Client::new_messages`], [`Client::dele_by_uid`] | `only_what_is_not_known_is_new`, `messages_are_deleted_by_their_ids`, `what_is_not_confirmed_is_not_deleted` |
//! | P24 | going on after a cut | [`Maildrop`] | `after_a_cut_it_goes_on_where_it_stopped`, `what_is_not_clear_is_told_and_not_guessed`, `what_is_kept_between_sessions_is_read_as_it_was_stored` |
//! | P25 | one maildrop for many people | | no: who a message is for is a mail server's decision, and guessing it from headers loses mail |
//! | P26 | mbox, one file each | the command's `get` | `however_it_is_cut_it_is_the_same` |
//! | P27 | proxies | [`Builder::connector`] | `the_proxy_example_runs` |
//! | P28 | async | everywhere; dropped futures do no harm | `a_call_that_was_dropped_is_made_again_and_gets_its_own_reply`, `whatever_fails_is_an_error_and_never_a_hang` |
//! | P29 | transcript without secrets | [`Builder::trace`] | `a_login_shows_no_password`, `a_server_that_repeats_the_password_shows_none` |

#![cfg_attr(
    not(feature = "net"),
    expect(
        rustdoc::broken_intra_doc_links,
        reason = "the front page is about the client as well, which this build is without"
    )
)]

mod codec;
mod command;
mod error;
pub mod response;
mod sync;
mod types;

#[cfg(feature = "net")]
mod client;
#[cfg(feature = "net")]
mod open;
#[cfg(feature = "probe")]
mod probe;
#[cfg(test)]
#[cfg(feature = "net")]
mod tests;

#[cfg(feature = "net")]
use std::time::Duration;

// What is the same in every protocol.
#[doc(inline)]
pub use netspeak_core::vocabulary::*;

pub use codec::{Event, Expect, ReplyCodec, State};
pub use command::Command;
#[cfg(feature = "net")]
pub use error::Goodbye;
pub use error::{Error, Result};
pub use response::{Reply, ResponseCode, StatusLine};
pub use sync::{Maildrop, Place};
pub use types::{
    Capabilities, Expire, LoginDelay, MessageNumber, Pop3Path, ScanListing, Stat, UniqueId,
    UniqueIdListing,
};

#[cfg(feature = "net")]
pub use client::{Batch, Builder, Client, Deletion, Fetch, Language, Message, connect};
#[cfg(feature = "net")]
pub use open::open;
#[cfg(feature = "probe")]
pub use probe::PROTOCOL;

/// The only ALPN id that is offered (registered with IANA).
pub const ALPN: &[&[u8]] = &[b"pop3"];

/// `pop3` (RFC 2384 calls it `pop`) and `pop3s` (RFC 8314).
#[cfg(feature = "net")]
pub const SCHEMES: &[Scheme] = &[
    Scheme::new("pop3", 110, Tls::Opportunistic),
    Scheme::new("pop", 110, Tls::Opportunistic),
    Scheme::new("pop3s", 995, Tls::Implicit),
];

/// What POP3 lays down for its connections. A maildrop may be locked, or large, so a login may take
/// minutes.
#[cfg(feature = "net")]
pub const RULES: Rules = Rules {
    schemes: SCHEMES,
    alpn: ALPN,
    upgrade: "STLS",
    timeouts: Timeouts::UNSET
        .with_greeting(Duration::from_secs(60))
        .with_reply(Duration::from_secs(300)),
    sessions: TlsSessions::Apart,
};
