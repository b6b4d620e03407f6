#![cfg_attr(docsrs, feature(doc_cfg))]
//! An NNTP client: news read, posted and streamed, overviews, pipelined bodies, probe.
//!
//! ```no_run
//! # async fn example() -> netspeak_nntp::Result<()> {
//! let mut client = netspeak_nntp::connect("nntps://me:hunter2@news.example.org").await?;
//! let group = client.group(&"comp.lang.rust".parse()?).await?;
//! let mut rows = client.over(group.low..=group.high).await?;
//! while let Some(row) = rows.next().await? {
//!     println!("{} {}", row.number(), String::from_utf8_lossy(row.subject().unwrap_or_default()));
//! }
//! client.quit().await?;
//! # Ok(())
//! # }
//! ```
//!
//! Three doors: [`connect`] with a URL, [`Client::builder`] with settings, [`Client::from_conn`]
//! over any stream. Without default features the crate is a pure codec: [`Command`], [`Reply`],
//! [`ReplyCodec`], the parsers of [`response`], [`Draft`], no tokio.
//!
//! | feature | what it adds |
//! |---|---|
//! | `net` (default) | [`Client`] |
//! | `deflate` (default) | COMPRESS DEFLATE, XFEATURE COMPRESS GZIP |
//! | `idn` | host names that are not ASCII (IDNA) |
//! | `probe` | `PROTOCOL`: the conversation behind `netspeak probe` |
//!
//! # From Python's nntplib
//!
//! | Python | here |
//! |---|---|
//! | `NNTP(host, port, user, password, readermode)` | [`connect`] with `nntp://user:password@host:port`; MODE READER is said where it is needed: [`Builder::role`] |
//! | `NNTP_SSL(host, port, ...)` | [`connect`] with `nntps://` |
//! | `getwelcome()` | [`Client::greeting`], [`Client::posting`] |
//! | `getcapabilities()` | [`Client::ask_capabilities`], [`Client::capabilities`]: typed, and the raw lines |
//! | `login(user, password)` | [`Client::login`]; a server that asks for it later gets it by itself |
//! | `starttls(context)` | [`Client::starttls`]; an `nntp://` URL with a password does it by itself |
//! | `newgroups(date)`, `newnews(group, date)` | [`Client::newgroups`], [`Client::newnews`] |
//! | `list(pattern)` | [`Client::list_active`] |
//! | `description(group)`, `descriptions(pattern)` | [`Client::list_newsgroups`] |
//! | `group(name)` | [`Client::group`] |
//! | `over(spec)`, `xover(first, last)` | [`Client::over`], with the fields of [`Client::overview_format`] |
//! | `xhdr(name, spec)` | [`Client::hdr`] |
//! | `help()`, `date()` | [`Client::help`], [`Client::date`] |
//! | `stat(spec)`, `next()`, `last()` | [`Client::stat`], [`Client::next_article`], [`Client::last_article`] |
//! | `article(spec)`, `head(spec)`, `body(spec)` | [`Client::article`], [`Client::body`], streams; [`Client::head`], typed; many: [`Client::fetch`] |
//! | `file=` | [`Text::copy_to`] |
//! | `post(data)`, `ihave(id, data)` | [`Client::post`], with [`Draft`]; [`Client::ihave`] |
//! | `quit()` | [`Client::quit`] |
//! | `set_debuglevel(n)` | [`Builder::trace`] with a transcript; no password is in it |
//! | `NNTPTemporaryError`, `NNTPPermanentError`, `NNTPDataError` | [`Error`], with a stable word for each: [`Error::kind`]; [`Reply::meaning`] |
//! | `decode_header(text)` | [`encoded_word::decode`]; [`Overview`] and [`Headers`](response::Headers) do it by themselves |
//!
//! # RFCs
//!
//! | RFC | what |
//! |---|---|
//! | 3977 | NNTP: all verbs |
//! | 2980 | XOVER, XHDR, XPAT |
//! | 4642, 8143 | STARTTLS, `nntps` |
//! | 4643 | AUTHINFO USER, PASS and SASL |
//! | 4644 | MODE STREAM, CHECK, TAKETHIS |
//! | 5536 | articles |
//! | 6048 | LIST COUNTS, DISTRIBUTIONS, MODERATORS, MOTD, SUBSCRIPTIONS |
//! | 8054 | COMPRESS DEFLATE |
//!
//! # What there is, and what proves it
//!
//! | # | what | where | proof |
//! |---|---|---|---|
//! | N1 | greeting, and whether articles are taken | [`Client::greeting`], [`Client::posting`] | `every_reply_of_a_real_server_means_what_it_should`, `another_protocol` |
//! | N2 | CAPABILITIES, or none | [`Client::ask_capabilities`], [`Capabilities`] | `the_example_of_rfc_3977`, `a_server_of_rfc_977_works` |
//! | N3 | MODE READER where it is needed | [`Builder::role`], [`Client::mode_reader`] | `a_server_in_transit_mode_is_told_that_we_read`, `mode_reader_may_change_who_may_post` |
//! | N4 | TLS from the first byte | `nntps://` | `inn_gives_back_what_was_posted_byte_for_byte` |
//! | N5 | STARTTLS | [`Client::starttls`] | `credentials_demand_the_upgrade`, `clear_text_behind_the_answer_is_an_attack` |
//! | N6 | AUTHINFO USER and PASS | [`Client::user_pass`] | `a_server_that_is_content_with_the_name_gets_no_password`, `no_password_goes_out_in_clear_text`, `a_wrong_password_is_rejected` |
//! | N7 | AUTHINFO SASL | [`Client::login`] | `sasl_comes_before_the_password_alone`, `a_mechanism_that_is_not_for_us_is_no_end`, `a_login_by_sasl_and_a_wrong_one` |
//! | N8 | GROUP | [`Client::group`] | `the_verbs_of_rfc_3977`, `groups_with_and_without_a_name`, `an_empty_group_has_three_faces` |
//! | N9 | LISTGROUP with ranges | [`Client::listgroup`] | `the_verbs_of_rfc_3977`, `the_code_tells_whether_lines_follow` |
//! | N10 | ARTICLE, HEAD, BODY, STAT | [`Client::article`], [`Client::head`], [`Client::body`], [`Client::stat`] | `the_verbs_of_rfc_3977`, `the_wrong_article_is_not_used_and_the_session_goes_on` |
//! | N11 | NEXT, LAST | [`Client::next_article`], [`Client::last_article`] | `the_verbs_of_rfc_3977` |
//! | N12 | OVER, or XOVER, with the server's fields | [`Client::over`], [`Client::overview_format`] | `older_servers_know_overviews_by_another_name`, `a_line_that_ends_early_has_what_it_has` |
//! | N13 | OVER by message-id | [`Span::Id`] | `an_overview_by_message_id` |
//! | N14 | HDR, or XHDR | [`Client::hdr`] | `older_servers_know_overviews_by_another_name`, `rows_have_a_number_or_an_id` |
//! | N15 | XPAT | [`Client::xpat`] | `older_servers_know_overviews_by_another_name` |
//! | N16 | LIST ACTIVE | [`Client::list_active`] | `every_reply_of_a_real_server_means_what_it_should`, `a_status_is_written_as_it_was_read` |
//! | N17 | LIST NEWSGROUPS | [`Client::list_newsgroups`] | `every_reply_of_a_real_server_means_what_it_should` |
//! | N18 | LIST ACTIVE.TIMES, HEADERS, OVERVIEW.FMT, DISTRIB.PATS | [`Client::list_active_times`], [`Client::list_headers`] | `the_lists_of_rfc_3977_and_6048` |
//! | N19 | LIST COUNTS, MOTD, SUBSCRIPTIONS, MODERATORS, DISTRIBUTIONS | [`Client::list_counts`], [`Client::list_motd`] | `the_lists_of_rfc_3977_and_6048` |
//! | N20 | NEWGROUPS, NEWNEWS | [`Client::newgroups`], [`Client::newnews`] | `the_verbs_of_rfc_3977` |
//! | N21 | DATE, HELP | [`Client::date`], [`Client::help`] | `the_verbs_of_rfc_3977`, `dates_have_fourteen_digits` |
//! | N22 | POST | [`Client::post`], [`Draft`] | `what_is_posted_is_read_back_byte_for_byte`, `a_duplicate_is_told_from_other_refusals`, `nothing_is_slipped_into_a_header`, `without_an_answer_it_is_in_doubt` |
//! | N23 | IHAVE | [`Client::ihave`] | `ihave_has_five_ends` |
//! | N24 | CHECK, TAKETHIS, MODE STREAM | [`Client::check`], [`Client::takethis`] | `streams_of_rfc_4644` |
//! | N25 | SLAVE | | no: RFC 3977 removed it |
//! | N26 | pipelining, in order, within a window | [`Client::fetch`], [`Batch`] | `a_missing_article_is_its_own_result`, `commands_run_ahead_by_a_window_and_no_further` |
//! | N27 | pools, servers to fall back on | [`nzb::Pieces`] and [`Client::fetch_pieces`] share one file among any number of sessions and servers; the command does so by `--jobs` and `--backup` | `what_one_server_has_not_another_has`, `an_nzb_file_is_fetched_over_several_sessions_and_from_a_second_server` |
//! | N28 | COMPRESS DEFLATE | [`Client::compress`], [`Builder::compress_if_offered`] | `inn_answers_a_pipeline_in_order_also_compressed` |
//! | N29 | XFEATURE COMPRESS GZIP | [`Client::compress_replies`] | `compressed_overviews_with_and_without_their_checksum`, `a_compression_bomb_stops_at_its_limit` |
//! | N30 | XZVER, XZHDR | | no: servers that know them know N28 or N29 as well |
//! | N31 | yEnc decoded, checked by length and CRC-32 | [`yenc::Decoder`], [`yenc::Assembly`], [`Client::fetch_binaries`] | `every_article_of_the_cases_is_read_rightly`, `all_kernels_agree_in_any_split`, `parts_make_a_file_in_any_order` |
//! | N32 | yEnc encoded | [`yenc::Encoder`] | `what_is_encoded_comes_back`, `blanks_and_dots_are_escaped_where_lines_begin_and_end` |
//! | N33 | NZB files read and fetched, from several servers | [`nzb::Nzb`], [`nzb::Pieces`], [`Client::fetch_pieces`] | `every_nzb_file_of_the_cases_is_read_rightly`, `what_one_server_has_not_another_has`, `the_fetch_nzb_example_runs` |
//! | N34 | encoded words in headers | [`encoded_word`], [`Overview`] | `words_are_decoded_and_the_rest_is_kept`, `text_that_is_not_ascii_is_encoded_and_declared` |
//! | N35 | threads | [`Overview::references`] is what they are made of | no: where to cut a thread, and what to do without its root, is for the reader that shows it |
//! | N36 | streams into sinks, memory stays flat | [`Text`], [`Overviews`] | `endless_replies_stop_at_their_limits`, `only_a_lone_dot_between_crlf_ends_a_text` |
//! | N37 | async | everywhere; dropped futures do no harm | `a_call_that_was_dropped_gets_nobody_elses_reply`, `whatever_fails_is_an_error_and_never_a_hang` |
//! | N38 | a login that is asked for later, and the command again | [`Client::set_credentials`] | `who_is_asked_for_a_login_logs_in_and_asks_again`, `a_login_in_the_middle_keeps_the_order` |
//! | N39 | netrc | the command's `--netrc` | reason: the command reads it, libraries do not |
//! | N40 | codes, typed | [`Meaning`], [`Reply::meaning`] | `refusals_have_their_words`, `what_a_server_said_while_nobody_spoke_is_the_answer` |
//! | N41 | uuencode decoded | [`uu::Decoder`], [`binary::Decoder`] | `the_article_of_the_cases_is_read_rightly`, `files_are_told_apart_and_damage_is_counted` |
//! | N42 | which segments are missing; names that tell something | [`Client::check_segments`], [`nzb::File::local_name`] | `missing_segments_are_named`, `what_stat_says_is_what_is_missing`, `the_name_that_tells_something_is_taken_and_made_fit` |
//! | | what is new in a group | [`Tail`] | `a_tail_tells_what_is_new_and_fills_its_gaps` |

#![cfg_attr(
    not(feature = "net"),
    expect(
        rustdoc::broken_intra_doc_links,
        reason = "the front page is about the client as well, which this build is without"
    )
)]

pub mod binary;
mod codec;
mod command;
mod draft;
mod error;
pub mod nzb;
pub mod response;
mod text;
mod types;
pub mod uu;
pub mod yenc;

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

pub use netspeak_core::encoded_word;
// What is the same in every protocol.
#[doc(inline)]
pub use netspeak_core::vocabulary::*;

pub use codec::{Event, Expect, ReplyCodec};
pub use command::{Command, List};
pub use draft::Draft;
#[cfg(feature = "net")]
pub use error::Goodbye;
pub use error::{Error, Result};
pub use response::{Meaning, Overview, OverviewFormat, OverviewRow, Reply, StatusLine};
pub use types::{ArticleRange, Capabilities, Group, GroupName, MessageId, NntpPath, Span, Which};

#[cfg(feature = "net")]
pub use client::{
    Batch, Binaries, Builder, Client, Listing, Offered, Overviews, Part, Posted, Posting, Role,
    Tail, Text, Wanted, connect,
};
#[cfg(feature = "net")]
pub use open::open;
#[cfg(feature = "probe")]
pub use probe::PROTOCOL;

/// The only ALPN id that is offered (registered with IANA).
pub const ALPN: &[&[u8]] = &[b"nntp"];

/// `nntp` (RFC 5538), and `nntps` with TLS from the first byte (RFC 4642 section 1).
#[cfg(feature = "net")]
pub const SCHEMES: &[Scheme] = &[
    Scheme::new("nntp", 119, Tls::Opportunistic),
    Scheme::new("news", 119, Tls::Opportunistic),
    Scheme::new("nntps", 563, Tls::Implicit),
];

/// What NNTP lays down for its connections. A command over a large group may take minutes.
#[cfg(feature = "net")]
pub const RULES: Rules = Rules {
    schemes: SCHEMES,
    alpn: ALPN,
    upgrade: "STARTTLS",
    timeouts: Timeouts::UNSET
        .with_greeting(Duration::from_secs(60))
        .with_reply(Duration::from_secs(300)),
    sessions: TlsSessions::Apart,
};
