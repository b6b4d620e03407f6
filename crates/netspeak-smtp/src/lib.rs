#![cfg_attr(docsrs, feature(doc_cfg))]
//! An SMTP and LMTP client: a result for every recipient, pipelining, BDAT, STARTTLS that cannot be
//! stripped, a pool, a probe.
//!
//! ```no_run
//! # async fn example() -> netspeak_smtp::Result<()> {
//! use netspeak_smtp::{Envelope, Outcome};
//!
//! let mut client = netspeak_smtp::connect("submission://ops:hunter2@mail.example.org").await?;
//! let envelope = Envelope::new("ops@example.org", ["a@example.net", "b@example.net"])?;
//! let receipt = client.send(&envelope, "Subject: hello\r\n\r\nhello\r\n").await?;
//! for delivery in &receipt.deliveries {
//!     match &delivery.outcome {
//!         Outcome::Accepted(_) => println!("{}: accepted", delivery.recipient),
//!         Outcome::Refused(refusal) => println!("{}: {refusal}", delivery.recipient),
//!         Outcome::NotAttempted => println!("{}: not attempted", delivery.recipient),
//!         Outcome::InDoubt(doubt) => println!("{}: {doubt}", delivery.recipient),
//!     }
//! }
//! client.quit().await?;
//! # Ok(())
//! # }
//! ```
//!
//! Three doors: [`connect`] with a URL, [`Client::builder`] with settings, [`Client::from_conn`]
//! over any stream. One mail goes with [`Client::send`], many with [`Client::send_many`], mails from
//! many tasks through a [`Pool`]. Messages are built with [`message`], lettre's builder. Without
//! default features the crate is a pure codec: [`Command`], [`Reply`], [`ReplyCodec`], no tokio.
//!
//! This crate is all you need: the parts of `netspeak-core` that its methods take and return are
//! re-exported here, from [`Connector`], [`Timeouts`] and [`Tls`] to the modules [`tls`], [`proxy`] and
//! [`sasl`]. Where their examples name that crate, the name of this one works too.
//!
//! | feature | what it adds |
//! |---|---|
//! | `net` (default) | [`Client`], [`Pool`] |
//! | `probe` | `PROTOCOL`: the conversation behind `netspeak probe` |
//! | `idn` | hosts to connect to whose names are not ASCII (IDNA) |
//! | `interop` | `interop`: `lettre::AsyncTransport` over our sessions |
//! | `mx` | `mx`: delivery to a domain's own servers |
//! | `dkim` | signatures, lettre's: `message::dkim` |
//!
//! # From Python's smtplib
//!
//! | Python | here |
//! |---|---|
//! | `SMTP(host, port)` | [`connect`] with `smtp://host:port` |
//! | `SMTP(local_hostname=)` | [`Builder::name`] |
//! | `SMTP(timeout=)`, `source_address=` | [`Builder::timeouts`], [`Builder::connector`] |
//! | `SMTP_SSL(host, port, context=)` | [`connect`] with `smtps://host:port`, [`Builder::connector`] |
//! | `LMTP(host)`, `LMTP("/path")` | [`connect`] with `lmtp://host`; [`Connector::with_unix_socket`] |
//! | `ehlo()`, `helo()`, `ehlo_or_helo_if_needed()` | [`Client::ehlo`]; the doors and [`Client::send`] do it by themselves |
//! | `esmtp_features`, `has_extn(name)` | [`Client::capabilities`]: typed, [`Capabilities::has`], [`Capabilities::parameters`] |
//! | `starttls(context=)` | [`Client::starttls`]; an `smtp://` URL with a password does it by itself |
//! | `login(user, password)`, `auth(mechanism, object)` | [`Client::login`] |
//! | `sendmail(from, to, msg, mail_options, rcpt_options)` | [`Client::send`] with an [`Envelope`] and its parameters |
//! | its dictionary of refused recipients | [`Receipt::refused`]; all results: [`Receipt::deliveries`] |
//! | `send_message(msg)` | [`Client::send_message`] |
//! | `mail()`, `rcpt()`, `data()` | [`Client::mail`], [`Client::rcpt`], [`Client::data`] |
//! | `verify()`, `vrfy()`, `expn()`, `help()` | [`Client::vrfy`], [`Client::expn`], [`Client::help`] |
//! | `noop()`, `rset()`, `quit()` | [`Client::noop`], [`Client::rset`], [`Client::quit`] |
//! | `docmd(cmd, args)`, `putcmd()` | [`Client::command`], checked |
//! | `close()` | dropping the client: nothing is said |
//! | `set_debuglevel(n)` | [`Builder::trace`] with a transcript; no password is in it |
//! | `SMTPException` and its kin | [`Error`], with a stable word for each: [`Error::kind`] |
//!
//! # RFCs
//!
//! | RFC | what |
//! |---|---|
//! | 5321 | SMTP: all verbs a client needs |
//! | 2033 | LMTP |
//! | 1870, 6152, 6531 | SIZE, 8BITMIME, SMTPUTF8 |
//! | 2034, 3463 | enhanced status codes |
//! | 2852, 4865, 6710 | DELIVERBY, FUTURERELEASE (HOLDFOR), MT-PRIORITY |
//! | 2920 | PIPELINING |
//! | 3030 | CHUNKING, BINARYMIME |
//! | 3207, 8314 | STARTTLS, `submissions` |
//! | 3461, 6533 | DSN |
//! | 4954 | AUTH |
//! | 6409 | submission |
//! | 7505 | null MX |
//! | 8689 | REQUIRETLS |
//! | 9422 | LIMITS |
//!
//! # What there is, and what proves it
//!
//! | # | what | where | proof |
//! |---|---|---|---|
//! | M1 | HELO and EHLO with fallback | [`Client::ehlo`] | `ehlo_falls_back_to_helo` |
//! | M2 | capability map | [`Capabilities`] | `capabilities_in_any_case_with_their_parameters`, `what_postfix_says` |
//! | M3 | STARTTLS | [`Client::starttls`] | `starttls_login_mail`, `the_wrong_peer_gets_no_credentials`, `starttls_forgets_what_was_said_before_and_takes_nothing_injected` |
//! | M4 | TLS from the first byte | `smtps://`, `submissions://` | `schemes_say_when_tls_begins` |
//! | M5 | nothing injected before TLS counts | [`Client::starttls`] | `clear_text_behind_the_yes_is_an_attack`, `starttls_forgets_what_was_said_before_and_takes_nothing_injected` |
//! | M6 | AUTH PLAIN, LOGIN | [`Client::login`] | `plain_goes_with_its_initial_response`, `login_answers_challenges`, `a_form_or_a_mechanism_that_is_refused_costs_nothing` |
//! | M7 | AUTH CRAM-MD5 | [`Client::login`] | `giving_up_is_said_with_a_star`, `cram_md5_as_in_the_rfc` |
//! | M8 | AUTH DIGEST-MD5, NTLM, GSSAPI | | no: the first is historic (RFC 6331), the others belong to one vendor or to an operating system's library |
//! | M9 | AUTH SCRAM | [`Client::login`] | `scram_sha_256_as_in_the_rfc`, `scram_plus_binds_to_the_connection` |
//! | M10 | XOAUTH2, OAUTHBEARER | [`Client::login`] | `an_error_challenge_is_answered_and_the_token_asked_for_again`, `oauthbearer_as_in_the_rfc`, `the_bearer_token_example_runs` |
//! | M11 | tokens renewed | [`Client::login`] | `an_error_challenge_is_answered_and_the_token_asked_for_again` |
//! | M12 | authzid; initial response where the line has room | [`Credentials::with_authzid`](sasl::Credentials::with_authzid) | `plain_goes_with_its_initial_response`, `plain_as_in_the_rfc` |
//! | M13 | MAIL and RCPT one by one, with parameters | [`Client::mail`], [`Client::rcpt`], [`Client::data`] | `the_verbs_one_by_one`, `every_mail_parameter_on_the_wire` |
//! | M14 | SIZE declared and checked before | [`Client::send`], [`Survey`] | `what_the_server_does_not_offer_is_found_out_before_anything_is_sent`, `a_size_counts_the_octets_as_they_are_sent` |
//! | M15 | 8BITMIME | [`MailBody`] | `parameters_are_used_where_they_are_needed_and_offered`, `texts_from_memory_and_from_pipes_are_sent_alike` |
//! | M16 | SMTPUTF8, only when needed | [`Client::send`] | `parameters_are_used_where_they_are_needed_and_offered`, `a_text_that_the_server_cannot_take_is_refused_before_anything_is_sent`, `a_domain_that_is_not_ascii_needs_no_extension` |
//! | M17 | PIPELINING, also between mails | [`Client::send_many`], [`Pipelining`] | `with_pipelining_in_one_group`, `the_next_envelope_travels_behind_the_dot`, `pipelining_can_be_switched_off` |
//! | M18 | CHUNKING, BINARYMIME | [`Chunking`], [`MailBody::Binary`] | `the_whole_mail_in_one_chunk`, `in_chunks_many_are_in_flight`, `binary_bodies_are_untouched` |
//! | M19 | DSN | [`MailParameters`], [`RcptParameters`] | `every_rcpt_parameter_on_the_wire`, `parameters_are_used_where_they_are_needed_and_offered` |
//! | M20 | enhanced status codes | [`EnhancedCode`] | `enhanced_codes` |
//! | M21 | REQUIRETLS | [`MailParameters::requiretls`] | `every_mail_parameter_on_the_wire`, `what_the_server_does_not_offer_is_found_out_before_anything_is_sent` |
//! | M22 | DELIVERBY, MT-PRIORITY; RRVS as another parameter | [`MailParameters`], [`Parameter`] | `every_mail_parameter_on_the_wire` |
//! | M23 | FUTURERELEASE, LIMITS | [`MailParameters::hold_for`], [`DeclaredLimits`] | `declared_limits_are_kept`, `every_mail_parameter_on_the_wire` |
//! | M24 | XCLIENT; PROXY header | [`Client::command`], [`Connector`] | `small_verbs` |
//! | M25 | a result for every recipient | [`Receipt`] | `without_extensions_step_by_step`, `a_refused_text_is_refused_for_all`, `data_taken_though_all_recipients_were_refused_gets_a_lone_dot`, `a_mail_that_left_as_a_whole_is_in_doubt` |
//! | M26 | VRFY, EXPN, HELP, NOOP, RSET | [`Client::vrfy`], ... | `small_verbs` |
//! | M27 | LMTP: an answer for each recipient | [`Mode::Lmtp`] | `lmtp_has_an_answer_for_each_recipient` |
//! | M28 | Unix sockets | [`Connector::with_unix_socket`] | `a_path_is_listened_on_and_connected_to` |
//! | M29 | stop at any stage | [`Client::mail`], ...; the probe's `until` | `the_verbs_one_by_one`, `the_probe_is_polite_and_sends_nothing` |
//! | M30 | timing of each phase | [`Client::trace`] | `the_probe_is_polite_and_sends_nothing` |
//! | M31 | report of TLS | the probe's report | reason: it is core's, the same for every protocol |
//! | M32 | connection pool | [`Pool`] | `sessions_are_used_again_and_end_politely`, `a_session_that_the_server_has_ended_is_replaced` |
//! | M33 | proxies | [`Builder::connector`] | reason: they are core's, the same for every protocol |
//! | M34 | MX look-up, null MX | `mx` | `mail_goes_where_the_records_say`, `hosts_of_the_same_preference_share_the_load`, `what_is_no_host_name_is_skipped` |
//! | M35 | messages built | [`message`], lettre's | `a_message_of_the_engine` |
//! | M36 | DKIM | feature `dkim`, lettre's | reason: the engine tests its own signatures; S/MIME and ARC are not here |
//! | M37 | dots and line ends | [`LineEndings`] | `every_way_brings_the_same_text`, `lone_line_ends_can_be_refused_before_anything_is_sent` |
//! | M38 | nothing injected through arguments | [`ForwardPath`], [`Command`] | `no_argument_becomes_a_second_command`, `nothing_that_ends_the_path_early_gets_in` |
//! | M39 | every wait has its limit | [`Builder::timeouts`], [`AnswerLimits`] | `answers_may_take_as_long_as_the_rfc_says`, `who_is_in_a_hurry_says_so`, `a_greeting_that_does_not_come_is_given_up`, `every_fault_at_every_byte_is_an_error_and_never_a_hang` |
//! | M40 | transcript without secrets | [`Builder::trace`] | `no_secret_is_shown_anywhere`, `hiding_secrets_does_not_change_what_is_read` |

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
#[cfg(feature = "net")]
mod receipt;
pub mod response;
#[cfg(feature = "net")]
mod transaction;
mod types;

#[cfg(feature = "net")]
mod client;
#[cfg(feature = "interop")]
pub mod interop;
#[cfg(feature = "mx")]
pub mod mx;
#[cfg(feature = "net")]
mod pool;
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

pub use codec::{Asked, Event, ReplyCodec, State};
pub use command::{Chunk, Command};
#[cfg(feature = "net")]
pub use error::Goodbye;
pub use error::{Error, Result};
pub use response::{EnhancedCode, Reply};
pub use types::{
    ByMode, Capabilities, ClientName, DeclaredLimits, DeliverBy, Envelope, ForwardPath, MailBody,
    MailParameters, Notify, Parameter, RcptParameters, Recipient, Return, ReversePath, SizeLimit,
    xtext,
};

/// The engine that builds messages. Its messages and addresses are taken by this crate as they are.
pub use lettre::{Address, Message, address, message};

#[cfg(feature = "net")]
pub use client::{
    AnswerLimits, Batch, Body, Builder, Chunking, Client, Iter, Mail, Pipelining, Survey, connect,
};
#[cfg(feature = "net")]
pub use receipt::{Delivery, Doubt, Outcome, Receipt, Refusal};
#[cfg(feature = "net")]
pub use transaction::Mode;

#[cfg(feature = "net")]
pub use pool::{Lease, Pool, PoolOptions};
#[cfg(feature = "probe")]
pub use probe::PROTOCOL;

/// SMTP has no registered ALPN id, so none is offered.
pub const ALPN: &[&[u8]] = &[];

/// `smtp`, `submission` (RFC 6409), `smtps` and `submissions` (RFC 8314), `lmtp` (RFC 2033).
#[cfg(feature = "net")]
pub const SCHEMES: &[Scheme] = &[
    Scheme::new("smtp", 25, Tls::Opportunistic),
    Scheme::new("submission", 587, Tls::Opportunistic),
    Scheme::new("smtps", 465, Tls::Implicit),
    Scheme::new("submissions", 465, Tls::Implicit),
    Scheme::new("lmtp", 24, Tls::Opportunistic),
];

/// What SMTP lays down for its connections. A server may take minutes (RFC 5321 section 4.5.3.2);
/// the limits inside a mail are [`AnswerLimits`].
#[cfg(feature = "net")]
pub const RULES: Rules = Rules {
    schemes: SCHEMES,
    alpn: ALPN,
    upgrade: "STARTTLS",
    timeouts: Timeouts::UNSET
        .with_greeting(Duration::from_secs(300))
        .with_reply(Duration::from_secs(300)),
    sessions: TlsSessions::Apart,
};
