#![cfg_attr(docsrs, feature(doc_cfg))]
//! An IMAP4 client: mailboxes listed, searched, fetched, changed, copied, watched and kept in step; probe.
//!
//! ```no_run
//! # async fn example() -> netspeak_imap::Result<()> {
//! use netspeak_imap::{Items, Search};
//!
//! let mut client = netspeak_imap::connect("imaps://me:hunter2@mail.example.org").await?;
//! client.examine(&"INBOX".parse()?).await?;
//! let unread = client.search(&Search::unseen()).await?;
//! if !unread.is_empty() {
//!     let mut rows = client.fetch(unread, &Items::new().envelope()).await?;
//!     while let Some(row) = rows.next().await? {
//!         if let Some(envelope) = &row.envelope {
//!             println!("{:?} {:?}", row.uid, envelope.subject);
//!         }
//!     }
//! }
//! client.logout().await?;
//! # Ok(())
//! # }
//! ```
//!
//! Three doors: [`connect`] with a URL, [`Client::builder`] with settings, [`Client::from_conn`]
//! over any stream. Without default features the crate is a pure codec: [`Command`], [`ReplyCodec`], the
//! grammar of [`response`], no tokio.
//!
//! | feature | what it adds |
//! |---|---|
//! | `net` (default) | [`Client`] |
//! | `deflate` (default) | COMPRESS DEFLATE |
//! | `idn` | host names that are not ASCII (IDNA) |
//! | `interop` | async-imap, over connections of ours |
//! | `serde` | [`SyncState`] is stored and read by serde |
//! | `probe` | `PROTOCOL`: the conversation behind `netspeak probe` |
//!
//! # From Python's imaplib
//!
//! | Python | here |
//! |---|---|
//! | `IMAP4(host, port)`, `IMAP4_SSL(host, port)` | [`connect`] with `imap://` or `imaps://` |
//! | `IMAP4_stream(command)` | [`Client::from_conn`], over any stream |
//! | `welcome`, `capabilities` | [`Client::greeting`], [`Client::capabilities`] |
//! | `starttls()`, `login(user, password)`, `authenticate(mech, f)`, `login_cram_md5` | [`Client::starttls`], [`Client::login`], which takes the best way there is; `imap://user:password@host` does both |
//! | `enable(capability)`, `namespace()`, `noop()`, `logout()` | [`Client::enable`], [`Client::namespace`], [`Client::noop`], [`Client::logout`] |
//! | `select(mailbox, readonly)` | [`Client::select`], [`Client::examine`]; what is told of it: [`Client::selected`] |
//! | `close()`, `unselect()` | [`Client::close`], [`Client::unselect`] |
//! | `create`, `delete`, `rename`, `subscribe`, `unsubscribe` | [`Client::create`], [`Client::delete`], ...; names are [`Mailbox`]es, in any script |
//! | `list(directory, pattern)`, `lsub(...)` | [`Client::list`] with a [`ListQuery`], [`Client::lsub`] |
//! | `status(mailbox, names)` | [`Client::status`] with [`StatusItems`] |
//! | `append(mailbox, flags, date, message)` | [`Client::append`], [`Client::append_from`] |
//! | `search(charset, ...)`, `uid("SEARCH", ...)` | [`Client::search_numbers`], [`Client::search`] with a [`Search`] |
//! | `fetch(set, parts)`, `uid("FETCH", ...)` | [`Client::fetch`] with [`Items`], typed; one message: [`Client::message`], [`Client::section`] |
//! | `partial(...)` | [`Client::partial`] |
//! | `store(set, command, flags)` | [`Client::store`] with a [`FlagChange`] |
//! | `fetch` and `append` in a loop over two sessions | [`Client::copy_to`] |
//! | `copy`, `uid("MOVE", ...)`, `expunge()` | [`Client::copy`], [`Client::move_to`], [`Client::expunge`], [`Client::uid_expunge`] |
//! | `sort(criteria, charset, ...)`, `thread(algorithm, charset, ...)` | [`Client::sort`] with a [`Sort`], [`Client::thread`] |
//! | `getquota`, `getquotaroot`, `setquota` | [`Client::get_quota`], [`Client::get_quota_root`], [`Client::set_quota`] |
//! | `getacl`, `setacl`, `deleteacl`, `myrights` | [`Client::get_acl`], [`Client::set_acl`], [`Client::delete_acl`], [`Client::my_rights`]; [`Rights`] are typed |
//! | `getannotation`, `setannotation` | [`Client::get_metadata`], [`Client::set_metadata`], which took their place |
//! | `response(code)`, `recent()`, `untagged_responses` | [`Client::news`] |
//! | `xatom(name, ...)` | [`Client::raw`], [`Client::pipeline`] |
//! | `print_log()` | [`Builder::trace`] with a transcript; no password is in it |
//! | `Internaldate2tuple`, `Time2Internaldate` | [`InternalDate`] |
//! | `IMAP4.error`, `IMAP4.abort`, `IMAP4.readonly` | [`Error`], with a stable word for each: [`Error::kind`]; [`Reply::code`] |
//!
//! # RFCs
//!
//! | RFC | what |
//! |---|---|
//! | 9051, 3501 | IMAP4rev2, IMAP4rev1 |
//! | 2177, 2342, 2971, 3348 | IDLE, NAMESPACE, ID, children in listings |
//! | 3516, 4315, 3691, 6851 | BINARY, UIDPLUS, UNSELECT, MOVE |
//! | 4731, 5182, 5032, 6203, 9394 | ESEARCH, SEARCHRES, WITHIN, FUZZY, PARTIAL |
//! | 4959, 5161, 7888, 7889 | SASL-IR, ENABLE, LITERAL+ and LITERAL-, APPENDLIMIT |
//! | 5092 | URLs |
//! | 5258, 5819, 6154, 8438, 8457 | LIST-EXTENDED, LIST-STATUS, SPECIAL-USE, STATUS=SIZE, `\Important` |
//! | 5530, 2221 | response codes; referrals, which are told and never followed |
//! | 6855 | UTF8=ACCEPT |
//! | 7162 | CONDSTORE, QRESYNC |
//! | 8437, 8474, 8514, 8970 | UNAUTHENTICATE, OBJECTID, SAVEDATE, PREVIEW |
//! | 4314, 5464, 9208, 2087 | ACL, METADATA, QUOTA |
//! | 5256, 5957 | SORT, SORT=DISPLAY, THREAD |
//! | 5267 | ESORT, and CONTEXT=SORT as far as it is pages of a result |
//! | 3502, 4469, 8508 | MULTIAPPEND, CATENATE, REPLACE |
//! | 4978 | COMPRESS=DEFLATE |
//! | 5465 | NOTIFY |
//!
//! # What there is, and what proves it
//!
//! | # | what | where | proof |
//! |---|---|---|---|
//! | I1 | greeting: OK, PREAUTH, BYE | [`Client::greeting`], [`Client::state`] | `a_greeting_has_three_faces` |
//! | I2 | CAPABILITY, also from codes | [`Client::capability`], [`Capabilities`] | `capabilities_are_asked_for_once`, `what_was_offered_to_strangers_counts_no_longer` |
//! | I3 | STARTTLS; LOGINDISABLED | [`Client::starttls`] | `credentials_demand_the_upgrade`, `clear_text_behind_the_answer_is_an_attack`, `login_is_not_said_where_it_is_disabled` |
//! | I4 | LOGIN | [`Client::user_pass`] | `login_where_there_is_nothing_better`, `no_password_goes_out_in_clear_text` |
//! | I5 | AUTHENTICATE | [`Client::login`] | `every_mechanism_leads_in_and_a_wrong_password_does_not`, `prompts_are_answered_by_their_place` |
//! | I6 | CRAM-MD5, SCRAM | [`sasl`] | `every_mechanism_leads_in_and_a_wrong_password_does_not` |
//! | I7 | XOAUTH2, OAUTHBEARER | [`sasl::Credentials::token`] | `the_reason_of_a_rejected_token_is_told` |
//! | I8 | SASL-IR | [`Client::login`] | `the_initial_response_goes_along_where_it_may` |
//! | I9 | ENABLE | [`Client::enable`] | `what_is_enabled_is_what_the_server_says` |
//! | I10 | ID | [`Client::id`] | `who_is_asked_tells_or_does_not` |
//! | I11 | SELECT, EXAMINE, typed | [`Client::select`], [`Selected`] | `a_mailbox_tells_of_itself_and_keeps_telling` |
//! | I12 | UNSELECT, CLOSE | [`Client::unselect`], [`Client::close`] | `a_mailbox_is_left_as_it_is_also_by_old_servers` |
//! | I13 | CREATE, DELETE, RENAME, SUBSCRIBE | [`Client::create`], ... | `mailboxes_are_made_and_renamed_and_removed` |
//! | I14 | LIST, LSUB, modified UTF-7 | [`Client::list`], [`Mailbox`] | `mailboxes_are_listed_with_their_roles_and_levels`, `names_and_words_of_any_kind_come_back` |
//! | I15 | LIST-EXTENDED, LIST-STATUS | [`ListQuery`] | `status_comes_along_where_the_server_can`, `a_server_that_does_not_know_what_it_offers_is_asked_plainly` |
//! | I16 | SPECIAL-USE, CREATE-SPECIAL-USE, XLIST | [`ListQuery::special_use`], [`Client::create_special`] | `mailboxes_have_status_and_roles_in_any_server`, `mailboxes_are_made_and_renamed_and_removed` |
//! | I17 | NAMESPACE | [`Client::namespace`] | `namespaces_are_told` |
//! | I18 | STATUS, STATUS=SIZE | [`Client::status`] | `the_status_of_a_mailbox` |
//! | I19 | APPEND, APPENDUID | [`Client::append`] | `what_is_appended_is_there`, `a_message_is_sent_when_the_server_is_ready` |
//! | I20 | MULTIAPPEND, CATENATE, REPLACE | [`Client::append_all`], [`Client::replace`], [`Draft`] | `several_messages_go_in_one_command`, `several_messages_are_kept_at_once_or_none`, `a_message_is_put_together_from_what_the_server_has`, `one_message_takes_the_place_of_another` |
//! | I21 | LITERAL+, LITERAL- | [`Literals`] | `literals_wait_unless_the_server_is_content_without` |
//! | I22 | APPENDLIMIT, TOOBIG | [`Capabilities::append_limit`] | `what_is_too_large_is_not_sent` |
//! | I23 | SEARCH, typed | [`Client::search`], [`Search`] | `searches_as_they_are_sent`, `searches_find_the_same_in_either_form` |
//! | I24 | ESEARCH, SEARCHRES, WITHIN, FUZZY | [`Client::search_return`] | `a_set_is_asked_for_where_the_server_can_tell_one`, `a_saved_result_is_used_by_its_name` |
//! | I25 | PARTIAL | [`Returns::partial`] | `a_set_is_asked_for_where_the_server_can_tell_one` |
//! | I26 | SORT, ESORT, DISPLAY | [`Client::sort`], [`Client::sort_return`], [`Sort`] | `messages_are_brought_into_order`, `a_page_of_an_order_is_told_in_order` |
//! | I27 | THREAD | [`Client::thread`], [`Threading`], [`response::Thread`] | `messages_are_gathered_in_conversations`, `more_than_is_held_is_a_named_error_and_rubbish_is_none` |
//! | I28 | FETCH, typed | [`Client::fetch`], [`response::Envelope`], [`response::BodyStructure`] | `everything_that_can_be_fetched_is_fetched`, `every_response_of_a_real_server_means_what_it_should` |
//! | I29 | bodies as they flow, several in one answer | [`Fetching::piece`], [`Message`] | `bodies_flow_and_are_kept_apart`, `bodies_flow_past_and_nothing_else_does` |
//! | I30 | parts of messages, pieces of parts | [`Client::section`], [`Client::partial`] | `messages_come_byte_for_byte` |
//! | I31 | BINARY | [`Client::binary`], [`Items::binary`] | `everything_that_can_be_fetched_is_fetched`, `nul_goes_only_where_it_may` |
//! | I32 | PREVIEW, SAVEDATE, OBJECTID | [`Items`] | `everything_that_can_be_fetched_is_fetched` |
//! | I33 | STORE, keywords, silent | [`Client::store`] | `flags_change_and_are_told` |
//! | I34 | COPY, MOVE, COPYUID | [`Client::copy`], [`Client::move_to`] | `copies_are_paired_with_what_they_are_copies_of`, `messages_are_moved_with_and_without_the_servers_help` |
//! | I35 | EXPUNGE, UID EXPUNGE | [`Client::expunge`], [`Client::uid_expunge`] | `what_is_expunged_is_told_in_either_way` |
//! | I36 | UIDs everywhere | [`Ids`] | `commands_as_they_are_sent` |
//! | I37 | CONDSTORE | [`Client::fetch_changed`], [`FlagChange::unchanged_since`] | `only_what_changed_since_and_only_where_that_is_known`, `what_had_changed_is_left_alone_and_named` |
//! | I38 | QRESYNC, VANISHED | [`Client::sync`] | `by_qresync_in_one_round_trip`, `sync_finds_the_same_by_every_means` |
//! | I39 | IDLE, said again in time; a mailbox watched across connections | [`Client::idle`], [`Watch`] | `idle_is_said_again_before_the_server_loses_patience`, `idle_is_woken_by_a_delivery`, `a_server_that_is_no_longer_there_is_noticed`, `a_cut_of_forty_seconds_is_noticed_and_no_delivery_is_missed` |
//! | I40 | NOTIFY | [`Client::notify`], [`Notify`] | `what_happens_in_any_mailbox_is_told_to_one_session`, `too_much_for_the_server_has_a_name`, `a_flood_is_a_named_error_before_it_is_one_of_memory` |
//! | I41 | COMPRESS=DEFLATE | [`Client::compress`], [`Builder::compress_if_offered`] | `five_hundred_bodies_cost_no_more_round_trips_compressed`, `all_messages_come_byte_for_byte_compressed_in_as_many_round_trips`, `a_bomb_a_cut_and_rubbish_are_named` |
//! | I42 | QUOTA, RES-* | [`Client::get_quota_root`], [`Client::get_quota`], [`Client::set_quota`] | `quotas_are_told_by_root_and_by_mailbox`, `the_limits_of_a_mailbox_are_told_and_not_everybodys_to_set`, `a_quota_that_nobody_can_count_is_named_and_what_is_cut_is_no_quota` |
//! | I43 | ACL, LISTRIGHTS, MYRIGHTS | [`Client::get_acl`], [`Client::set_acl`], [`Client::list_rights`], [`Client::my_rights`], [`Rights`] | `rights_are_told_given_and_taken`, `rights_are_given_to_a_guest_and_taken_again` |
//! | I44 | METADATA, METADATA-SERVER | [`Client::get_metadata`], [`Client::set_metadata`] | `notes_are_kept_as_text_and_as_octets`, `notes_are_kept_on_mailboxes_and_on_the_server` |
//! | I45 | UTF8=ACCEPT | [`Client::enable`], [`AppendBody::Utf8`] | `headers_in_utf8_are_announced_once_that_is_switched_on`, `an_ampersand_is_a_character_like_others` |
//! | I46 | IMAP4rev2 | [`Capabilities::is_rev2`] | `the_examples_of_the_rfcs_are_read`, `searches_find_the_same_in_either_form` |
//! | I47 | UNAUTHENTICATE; PROXYAUTH | [`Client::unauthenticate`]; [`Client::raw`] | `a_session_goes_back_to_before_its_login` |
//! | I48 | Gmail's X-GM-* | [`Items::gmail_labels`], [`Search::gmail`], [`FlagChange::as_gmail_labels`] | `every_response_of_a_real_server_means_what_it_should`, `commands_as_they_are_sent` |
//! | I49 | response codes, typed | [`response::Code`] | `the_examples_of_the_rfcs_are_read` |
//! | I50 | ALERT | [`Client::news`] | `nothing_unsolicited_is_lost` |
//! | I51 | commands that run ahead | [`Client::pipeline`], [`Fetching`] | `nothing_runs_ahead_whose_answer_could_be_mistaken`, `a_long_set_goes_out_in_several_commands_that_run_ahead` |
//! | I52 | one command at a time | `&mut self` | reason: the compiler sees to it |
//! | I53 | odd servers | everywhere | `every_response_of_a_real_server_means_what_it_should`, `every_dialogue_of_the_cases_goes_as_it_should` |
//! | I54 | a bad message is skipped | [`response::Untagged::Unparsed`] | `a_row_that_cannot_be_read_does_not_empty_the_mailbox` |
//! | I55 | limits | [`Limits`] | `sizes_are_checked_before_anything_is_kept`, `a_server_that_only_chatters_is_stopped`, `nesting_without_end_needs_neither_stack_nor_time` |
//! | I56 | `imap:` URLs | [`ImapPath`] | `urls_name_mailboxes_messages_and_parts`; no URLAUTH: its tokens are for submission servers |
//! | I57 | any stream | [`Client::from_conn`] | `no_password_goes_out_in_clear_text`, and all dialogues |
//! | I58 | dates | [`InternalDate`], [`Date`] | `dates_with_time_in_the_spellings_of_servers`, `what_is_written_is_read_back` |
//! | I59 | what is told unasked | [`Client::news`] | `nothing_unsolicited_is_lost`, `what_is_told_of_other_messages_is_news` |
//! | I60 | ID where it is demanded | [`Client::select`] | `netease_is_told_who_we_are_before_a_mailbox_is_opened` |
//! | I61 | when to come again | [`Reply::back_off`] | `a_server_that_asks_to_come_later_is_believed`, `every_dialogue_of_the_cases_goes_as_it_should` |
//! | I62 | from one server to another, streamed, resumable | [`Client::copy_to`] | `a_copy_that_was_cut_off_is_made_whole_by_the_next`, `messages_arrive_as_they_are_and_once`, `five_thousand_messages_are_copied_by_a_command_that_is_killed_and_run_again` |
//! | I63 | long sets, sorted and split | [`IdSet`] | `a_long_set_goes_out_in_several_commands_that_run_ahead` |
//! | I64 | transcripts without secrets | [`Builder::trace`] | `no_password_is_shown_however_it_is_written` |
//! | I65 | proxies | [`Connector::with_proxy`] | reason: core's, proven there |
//! | I66 | async | everywhere; dropped futures do no harm | `a_call_that_was_dropped_gets_nobody_elses_reply`, `whatever_fails_is_an_error_and_never_a_hang` |

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
mod grammar;
mod reply;
pub mod response;
mod state;
mod types;

#[cfg(feature = "net")]
mod client;
#[cfg(feature = "interop")]
pub mod interop;
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

pub use codec::{Event, ReplyCodec};
pub use command::{
    AclCommand, AppendBody, Command, Depth, Draft, DraftPart, Events, FlagChange, Form, Items,
    ListQuery, MetadataCommand, MetadataReach, Notify, Opened, Parts, QuotaCommand, Resync,
    Returns, RightsChange, Search, Sort, StatusItems, Threading, Watched,
};
#[cfg(feature = "net")]
pub use error::Goodbye;
pub use error::{Error, Result};
pub use reply::Reply;
pub use state::{Access, Selected, State};
pub use types::{
    Capabilities, Date, Flag, FlagName, IdList, IdSet, Ids, ImapPath, InternalDate, Literals,
    Mailbox, Right, Rights, Section, SectionText, Text, Text8,
};

#[cfg(feature = "net")]
pub use client::{
    Answer, Append, Appended, BodyPart, Builder, Client, Copied, CopyTally, Copying, Expunged,
    Fate, Fetching, Idle, MailboxQuota, Message, Notes, Piece, Stored, Sync, SyncState, Watch,
    WatchEvent, Way, connect,
};
#[cfg(feature = "net")]
pub use open::open;
#[cfg(feature = "probe")]
pub use probe::PROTOCOL;

/// The only ALPN id that is offered (registered with IANA).
pub const ALPN: &[&[u8]] = &[b"imap"];

/// `imap` (RFC 5092), and `imaps` with TLS from the first byte (RFC 8314 section 3.2).
#[cfg(feature = "net")]
pub const SCHEMES: &[Scheme] = &[
    Scheme::new("imap", 143, Tls::Opportunistic),
    Scheme::new("imaps", 993, Tls::Implicit),
];

/// What IMAP lays down for its connections. A search in a large mailbox may take minutes.
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
