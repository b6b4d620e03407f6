#![cfg_attr(docsrs, feature(doc_cfg))]
//! An FTP client: files over FTP and FTPS, listings of every dialect.
//!
//! ```no_run
//! # async fn example() -> netspeak_ftp::Result<()> {
//! let mut client = netspeak_ftp::connect("ftp://ftp.example.org").await?;
//! let mut listing = client.entries("pub").await?;
//! while let Some(listed) = listing.next().await? {
//!     if let Some(entry) = listed.entry() {
//!         println!("{} {:?}", entry.name(), entry.size());
//!     }
//! }
//! let file = client.retr("pub/README").await?.bytes(1 << 20).await?;
//! client.stor("incoming/README").await?.send(&file).await?;
//! client.quit().await?;
//! # Ok(())
//! # }
//! ```
//!
//! Three doors: [`connect`] with a URL, [`Client::builder`] with settings, [`Client::from_conn`] over
//! any stream. Without default features the crate is a pure codec and parser: [`Command`],
//! [`Reply`], [`ReplyCodec`], [`ListingParser`], [`mirror`], no tokio.
//!
//! Inside TLS data is protected without being asked for, in the TLS session of the control connection.
//! TLS 1.3 resumes a session by tickets, each good for one data connection, and servers give new ones as
//! they go; ProFTPD 1.3.8 gives none with an upload, and refuses the third upload in a row (425). To such a
//! server [`tls::TlsSettings::max_version`] can leave TLS 1.3 out. Passive data connections go to the peer of the control connection, whatever address it tells. A
//! transfer counts as whole only when the data has ended as it should, the server has said so, and
//! the size is right.
//!
//! This crate is all you need: the parts of `netspeak-core` that its methods take and return are
//! re-exported here, from [`Connector`], [`Timeouts`] and [`Tls`] to the modules [`tls`], [`proxy`] and
//! [`sasl`]. Where their examples name that crate, the name of this one works too.
//!
//! | feature | what it adds |
//! |---|---|
//! | `net` (default) | [`Client`] |
//! | `deflate` | compressed transfers (MODE Z) |
//! | `idn` | host names that are not ASCII (IDNA) |
//! | `interop` | suppaftp's streams, over connections of ours |
//! | `probe` | `PROTOCOL`: the conversation behind `netspeak probe` |
//!
//! # From Python's ftplib
//!
//! | Python | here |
//! |---|---|
//! | `FTP(host, user, passwd, acct, timeout)` | [`connect`] with a URL, [`Builder::account`], [`Builder::timeouts`] |
//! | `FTP_TLS(host, context=)`, `auth()` | [`connect`]: `ftp://` with a password upgrades by itself; [`Client::auth_tls`] |
//! | `prot_p()`, `prot_c()` | [`Client::prot`]; `P` without being asked for inside TLS |
//! | `ccc()` | [`Client::ccc`] |
//! | `login()` | [`Client::login`], [`Client::login_anonymously`] |
//! | `getwelcome()` | [`Client::greeting`] |
//! | `set_pasv(False)` | [`Builder::active`] |
//! | `trust_server_pasv_ipv4_address` | [`Builder::passive_address`] |
//! | `retrbinary(cmd, callback, blocksize, rest)` | [`Client::retr`], [`Client::retr_from`], a stream |
//! | `retrlines('RETR ...')`, `storlines` | [`RetrOptions::transfer_type`], [`StorOptions::transfer_type`] |
//! | `storbinary(cmd, fp, callback=, rest=)` | [`Client::stor`], [`Client::stor_with`], [`Upload::on_progress`] |
//! | `abort()` | [`Download::abort`], [`Upload::abort`] |
//! | `mlsd(path, facts)` | [`Client::mlsd`]; [`Client::opts`] chooses facts |
//! | `nlst()`, `dir()`, `retrlines('LIST')` | [`Client::nlst`], [`Client::list`], parsed; the best form: [`Client::entries`] |
//! | `rename`, `delete`, `cwd`, `mkd`, `pwd`, `rmd` | [`Client::rename`], [`Client::dele`], [`Client::cwd`], [`Client::mkd`], [`Client::pwd`], [`Client::rmd`] |
//! | `size(name)` | [`Client::size`] |
//! | `sendcmd(cmd)`, `voidcmd(cmd)` | [`Client::raw`] |
//! | `ntransfercmd(cmd)` | none: each transfer has its method |
//! | `set_debuglevel(n)` | [`Builder::trace`] with a transcript; no password is in it |
//! | `quit()` | [`Client::quit`] |
//! | `close()` | dropping the client |
//! | `error_perm`, `error_temp`, `error_reply`, `error_proto` | [`Error`], with a stable word for each: [`Error::kind`] |
//!
//! # RFCs
//!
//! | RFC | what |
//! |---|---|
//! | 959, 1123 | FTP: replies, logins, transfers, ABOR |
//! | 1635 | anonymous logins |
//! | 1738 | `ftp://` URLs |
//! | 2228, 4217 | AUTH TLS, PBSZ, PROT |
//! | 2389 | FEAT, OPTS |
//! | 2428 | EPSV, EPRT |
//! | 2640 | UTF-8, LANG |
//! | 3659 | SIZE, MDTM, REST, MLST, MLSD |
//! | 7151 | HOST |
//! | drafts | HASH (draft-bryan-ftp-hash), MFMT (draft-somers-ftp-mfxx), MODE Z (draft-preston-ftpext-deflate) |
//!
//! # What there is, and what proves it
//!
//! | # | what | where | proof |
//! |---|---|---|---|
//! | F1 | USER, PASS, ACCT | [`Client::login`], [`Client::user_pass`] | `logins_of_every_length`, `credentials_demand_tls_and_the_password_goes_inside` |
//! | F2 | a login by the client's certificate: 232 to USER | [`Client::user_pass`] | `logins_of_every_length` (any yes to USER) |
//! | F3 | PASV, whose address counts for nothing unless it is to | [`PassiveAddress`] | `the_address_of_pasv_counts_for_nothing_unless_it_is_to`, `ports_of_passive_connections` |
//! | F4 | EPSV, and PASV where it fails | [`Client`] | `epsv_may_be_answered_as_pasv_and_the_other_way_round`, `a_port_where_nobody_listens_is_told_and_pasv_is_tried_next`, `ipv6_has_epsv_only` |
//! | F5 | PORT and EPRT, with a range of ports and a check of the peer | [`ActiveMode`] | `the_server_connects_to_us_in_active_mode` |
//! | F6 | PRET | | no: it is one server's own, and its clients are site bots |
//! | F7 | FEAT, OPTS | [`Client::feat`], [`Features`], [`Client::opts`] | `features_of_every_form`, `features_refused_before_the_login_are_asked_for_behind_it` |
//! | F8 | UTF-8 | said by itself where it is offered | `what_is_needed_before_a_transfer_is_said_once_and_in_one_go`, `an_option_that_is_refused_is_no_fault` |
//! | F9 | LIST as it comes | [`Entry::line`], [`Listed::Unparsed`] | `the_same_folder_in_every_form` |
//! | F10 | LIST of Unix and DOS | [`Client::list`] | `the_same_folder_in_every_form`, `a_dos_server_is_understood` |
//! | F11 | LIST of VMS, MVS, OS/400, OS/2, NetWare, EPLF and more | [`listing`] | `every_line_of_the_collection_is_read_rightly`, `a_listing_of_vms_with_all_its_lines` |
//! | F12 | years that are left out, time zones | [`Builder::time_zone`], [`listing::Modified`] | `a_date_without_a_year_is_the_newest_that_is_not_in_the_future`, `the_servers_zone_decides_unless_the_listing_names_one` |
//! | F13 | MLSD, MLST | [`Client::mlsd`], [`Client::mlst`] | `the_same_folder_in_every_form`, `without_mlsd_list_is_taken`, `facts_and_listings_in_replies` |
//! | F14 | NLST | [`Client::nlst`] | `the_same_folder_in_every_form`, `an_empty_folder_has_no_entries` |
//! | F15 | STAT as a listing | [`Client::stat_list`] | `facts_and_listings_in_replies` |
//! | F16 | SIZE, MDTM | [`Client::size`], [`Client::mdtm`] | `sizes_and_times_of_one_file`, `sizes_times_and_names`, `times_are_utc_and_impossible_ones_are_none` |
//! | F17 | MFMT | [`Client::mfmt`] | `sizes_and_times_of_one_file` |
//! | F18 | REST, downloads | [`Client::retr_from`] | `the_rest_of_a_file_is_fetched_and_sent`, `the_offset_of_a_refused_transfer_does_not_stay` |
//! | F19 | REST and APPE, uploads | [`StorOptions::offset`], [`Client::appe`] | `the_rest_of_a_file_is_fetched_and_sent` |
//! | F20 | STOU | [`Client::stou`] | `the_server_may_choose_the_name` |
//! | F21 | ALLO | [`StorOptions::allocate`] | `room_is_asked_for_and_a_server_without_allo_takes_the_file_all_the_same` |
//! | F22 | ASCII and image | [`TransferType`] | `text_has_its_line_ends_converted_both_ways`, `line_ends_are_converted_however_the_text_is_cut` |
//! | F23 | STRU, MODE B and C | | no: servers in use have stream mode and files only |
//! | F24 | MODE Z | [`TransferMode::Deflate`] | `data_is_compressed_where_both_know_how` |
//! | F25 | ABOR | [`Download::abort`], [`Upload::abort`] | `abor_is_answered_once_or_twice`, `a_transfer_is_given_up_and_the_session_goes_on` |
//! | F26 | from server to server | | no: it takes the address of PASV for true, which servers forbid by now |
//! | F27 | AUTH TLS, PBSZ, PROT | [`Client::auth_tls`], [`Client::prot`] | `a_server_that_refuses_to_protect_data_gets_none`, `data_goes_in_clear_text_where_that_was_asked_for_and_nowhere_else`, `auth_ssl_is_tried_where_auth_tls_is_not_understood` |
//! | F28 | TLS from the first byte | `ftps://` | `tls_from_the_first_byte_protects_data_as_well` |
//! | F29 | CCC | [`Client::ccc`] | `after_ccc_data_stays_protected`, `ccc_that_is_refused_changes_nothing` |
//! | F30 | ADAT, MIC, CONF, ENC | | no: TLS does it |
//! | F31 | the TLS session of the control connection, for data | by itself | `twenty_uploads_in_a_row_resume_the_session_of_their_control_connection`, `where_tickets_run_out_the_refusal_says_so_and_tls_1_2_goes_on` |
//! | F32 | close_notify at the end of data, both ways | by itself | `a_cut_inside_tls_is_told_from_an_end`, `twenty_uploads_in_a_row_resume_the_session_of_their_control_connection` |
//! | F33 | NOOP while a transfer is under way | [`Builder::keep_alive`] | `the_control_connection_is_kept_alive` |
//! | F34 | proxies | [`Builder::connector`] | `what_goes_through_a_proxy_has_its_data_go_there_too`, `active_mode_does_not_go_through_a_proxy` |
//! | F35 | missing folders are made | [`Client::mkd_all`] | `missing_folders_are_made_and_those_that_are_there_are_no_fault` |
//! | F36 | walk, removal, mirror both ways over several sessions | [`Client::walk`], [`Client::remove_all`], [`mirror::Mirror`] | `a_walk_comes_to_everything_and_names_folders_before_what_is_in_them`, `a_tree_is_removed_from_the_inside_out`, `a_tree_comes_down_whole_and_a_second_time_nothing_does`, `a_tree_goes_up_whole_and_a_second_time_nothing_does`, `a_session_that_ends_in_the_middle_is_replaced` |
//! | F37 | one download over several connections | | no: servers limit their connections, and one is as fast as the link |
//! | F38 | progress, rate limit | [`Download::on_progress`], [`Download::limit_rate`] | `progress_is_told_to_the_last_byte`, `a_limited_transfer_takes_its_time` |
//! | F39 | HASH, XCRC, XMD5, XSHA | [`Client::hash`], [`Received::verify`], [`Stored::verify`] | `what_moved_is_compared_with_what_the_server_has`, `hashes_of_every_form` |
//! | F40 | SITE and any other command | [`Client::site`], [`Client::raw`] | `nothing_is_sent_that_cannot_be_one_command` |
//! | F41 | rename, delete, mkdir, rmdir, pwd, cwd, cdup | [`Client::rename`] and its neighbours | `folders_and_names` |
//! | F42 | no argument becomes a second command | [`Command`] | `no_argument_becomes_a_second_command`, `nothing_is_sent_that_cannot_be_one_command` |
//! | F43 | HOST, LANG, CLNT | [`Builder::virtual_host`], [`Client::clnt`], [`Client::lang`] | `words_about_the_session` |
//! | F44 | limits on lines and listings | [`Limits`] | `a_listing_without_end_stops_at_its_limit` |
//! | F45 | trying again | [`Error::is_temporary`] tells when | no: how often and how long to wait is the caller's affair |
//! | F46 | async | everywhere | `what_is_dropped_half_way_poisons_the_session`, `whatever_fails_is_an_error_and_never_a_hang` |
//! | F47 | a temporary name, then the right one | [`Upload::finish_as`], [`mirror::UploadName`] | `a_file_has_its_name_only_once_it_is_whole`, `a_tree_goes_up_whole_and_a_second_time_nothing_does` |

#![cfg_attr(
    not(feature = "net"),
    expect(
        rustdoc::broken_intra_doc_links,
        reason = "the front page is about the client as well, which this build is without"
    )
)]

#[cfg(feature = "net")]
mod client;
mod codec;
mod command;
#[cfg(feature = "net")]
mod data;
#[cfg(feature = "net")]
mod digest;
mod error;
#[cfg(feature = "interop")]
pub mod interop;
pub mod listing;
pub mod mirror;
#[cfg(feature = "net")]
mod open;
mod path;
#[cfg(feature = "probe")]
mod probe;
pub mod response;
mod types;

#[cfg(test)]
#[cfg(feature = "net")]
mod tests;

#[cfg(feature = "net")]
use std::time::Duration;

// What is the same in every protocol.
#[doc(inline)]
pub use netspeak_core::vocabulary::*;

pub use codec::{Event, ReplyCodec, State};
pub use command::Command;
#[cfg(feature = "net")]
pub use error::Goodbye;
pub use error::{Error, Result};
pub use listing::{Entry, Kind, Listed, ListingParser};
pub use path::{FtpPath, TypeCode};
pub use response::Reply;
pub use types::{
    Features, HashAlgorithm, MlstFact, PathName, Protection, TransferMode, TransferType,
};

#[cfg(feature = "net")]
pub use client::{
    Builder, Client, Download, KnownSize, Links, Listing, Pipelining, Received, RetrOptions,
    StorOptions, Store, Stored, Upload, Walk, Walked, connect,
};
#[cfg(feature = "net")]
pub use data::{ActiveMode, PassiveAddress};
#[cfg(feature = "net")]
pub use open::open;
#[cfg(feature = "probe")]
pub use probe::PROTOCOL;

/// The only ALPN id that is offered (registered with IANA).
pub const ALPN: &[&[u8]] = &[b"ftp"];

/// `ftp` (RFC 1738) and `ftps`, whose TLS begins with the first byte.
#[cfg(feature = "net")]
pub const SCHEMES: &[Scheme] = &[
    Scheme::new("ftp", 21, Tls::Opportunistic),
    Scheme::new("ftps", 990, Tls::Implicit),
];

/// What FTP lays down for its connections. Servers look up who comes before they greet, and may
/// have to wait for a disk before they answer. Data connections resume the TLS session of their control
/// connection, as many servers insist on.
#[cfg(feature = "net")]
pub const RULES: Rules = Rules {
    schemes: SCHEMES,
    alpn: ALPN,
    upgrade: "AUTH TLS",
    timeouts: Timeouts::UNSET
        .with_greeting(Duration::from_secs(60))
        .with_reply(Duration::from_secs(60)),
    sessions: TlsSessions::Shared,
};
