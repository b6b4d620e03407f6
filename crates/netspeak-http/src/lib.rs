#![cfg_attr(docsrs, feature(doc_cfg))]
//! An HTTP client: timed phases, Digest, cookies, decoding with a budget, resumed transfers.
//!
//! ```no_run
//! # async fn example() -> netspeak_http::Result<()> {
//! let client = netspeak_http::Client::new()?;
//! let mut answer = client.get("https://www.example.org/").send().await?.error_for_status()?;
//! println!("{} in {:?}", answer.url(), answer.timings().wait);
//! println!("{}", answer.text(1 << 20).await?);
//! # Ok(())
//! # }
//! ```
//!
//! Three doors: [`get`] with a URL, [`Client::builder`] with settings, [`Client::from_conn`] over any stream. Without
//! default features the crate is what HTTP says, as functions of bytes and values: [`auth`], [`CookieJar`],
//! [`Decoder`], [`Resume`], [`Robots`], [`Trail`], no tokio.
//!
//! What parses and frames is hyper, over connections of ours: by our proxies, addresses, TLS, deadlines and record.
//! Bodies and forms are reqwest's types, and an answer can become one of reqwest's ([`Response::into_reqwest`]).
//!
//! What nobody asked for does not happen: passwords and tokens go to the origin that they were meant for, and not where
//! others may read along; cookies are kept when there is a jar; netrc is read by who has the file. A body that was cut
//! off is an error, whatever its end was to be told by. Bodies have no limit but that on silence, since they are
//! streams: [`Response::bytes`] wants one.
//!
//! This crate is all you need: the parts of `netspeak-core` that its methods take and return are re-exported here, from
//! [`Connector`], [`Timeouts`] and [`Tls`] to the modules [`tls`], [`proxy`] and [`sasl`].
//!
//! | feature | what it adds |
//! |---|---|
//! | `net` (default) | [`Client`] |
//! | `idn` | host names that are not ASCII (IDNA) |
//! | `interop` | a client of reqwest's own, with our resolver, TLS and proxies |
//! | `probe` | `PROTOCOL`: the conversation behind `netspeak probe` |
//!
//! HTTP/3 is left out: its Rust libraries are in their first versions, need a UDP socket that no proxy here carries, and
//! reqwest has it behind an unstable flag.
//!
//! # From Python's http.client
//!
//! | Python | here |
//! |---|---|
//! | `HTTPConnection(host)`, `HTTPSConnection(host, context=)` | [`Client::new`], [`Client::builder`]; the pool connects |
//! | `HTTPConnection(timeout=)` | [`Builder::timeouts`], each part apart; [`Builder::deadline`] for all of it |
//! | `source_address=` | [`Connector::with_dialer`] |
//! | `request(method, url, body, headers)` | [`Client::request`], [`RequestBuilder::body`], [`RequestBuilder::header`] |
//! | `putrequest()`, `putheader()`, `endheaders()`, `send()` | [`RequestBuilder`]; a body in pieces: [`Body::wrap_stream`] |
//! | `encode_chunked=True` | a stream of unknown length goes in chunks by itself |
//! | `getresponse()` | [`RequestBuilder::send`] |
//! | `set_tunnel(host, port, headers)` | [`Connector::with_proxy`] |
//! | `set_debuglevel(1)` | [`Builder::trace`] with a transcript; no password is in it |
//! | `HTTPResponse.status`, `.reason`, `.version` | [`Response::status`], [`Response::reason`], [`Response::version`] |
//! | `getheader(name)`, `getheaders()` | [`Response::headers`] |
//! | `read()` | [`Response::bytes`], with a limit |
//! | `read(n)`, `readinto(b)` | [`Response::chunk`]; `blocking` has `Read` |
//! | `close()` | dropping the client |
//!
//! # From urllib
//!
//! | Python | here |
//! |---|---|
//! | `urlopen(url)` | [`get`] |
//! | `urlretrieve(url, file, reporthook)` | [`Response::chunk`], [`Response::on_progress`]; `netspeak get -o FILE` |
//! | `Request(url, data, headers, method=)` | [`Client::request`] |
//! | `add_unredirected_header()` | a value marked sensitive ([`HeaderValue::set_sensitive`]) stays with its origin |
//! | `HTTPRedirectHandler`, `max_redirections` | [`Builder::redirects`], [`Response::hops`] |
//! | `ProxyHandler`, `proxy_bypass` | [`Connector::with_proxy`], [`Connector::with_no_proxy`] |
//! | `HTTPBasicAuthHandler`, `HTTPDigestAuthHandler`, `HTTPPasswordMgr` | [`Builder::credentials`], [`RequestBuilder::credentials`] |
//! | `HTTPCookieProcessor(CookieJar())`, `MozillaCookieJar` | [`Builder::cookies`], [`CookieJar::read_netscape`], [`CookieJar::write_netscape`] |
//! | `response.geturl()`, `.info()` | [`Response::url`], [`Response::headers`] |
//! | `urlencode(query)` | [`RequestBuilder::query`], [`RequestBuilder::form`] |
//! | `urljoin(base, url)` | [`Url::join`] |
//! | `RobotFileParser` | [`Robots`] |
//! | `HTTPError`, `URLError` | [`Error`], with a stable word for each: [`Error::kind`] |
//!
//! | RFC | what of it |
//! |---|---|
//! | 9110 | methods, statuses, conditions, ranges, codings, Expect, challenges, redirects |
//! | 9112 | HTTP/1.1, by hyper; two lengths at once end the connection |
//! | 9113 | HTTP/2, by hyper: ALPN, prior knowledge; what the server has not touched is sent again |
//! | 1945 | HTTP/1.0 |
//! | 7616, 2617, 7617, 6750 | Digest, Basic, Bearer |
//! | 6265 | cookies, with the draft of its successor for prefixes and SameSite |
//! | 6266, 8187 | names for downloads |
//! | 7578 | forms with files |
//! | 8297 | hints before the answer |
//! | 9309 | robots.txt |
//!
//! # What is there
//!
//! | id | what | here | shown by |
//! |---|---|---|---|
//! | H1 | a request part by part | [`RequestBuilder`] | `a_request_says_what_it_was_told` |
//! | H2 | one call for request and answer | [`get`] | `get.rs` |
//! | H3 | any method | [`Client::request`] | `what_cannot_be_sent_is_told_and_not_sent`, `bodies_of_every_kind_arrive` |
//! | H4 | bodies in chunks | [`RequestBuilder::body`] | `bodies_of_every_kind_arrive` |
//! | H5 | answers as streams | [`Response::chunk`] | `every_kind_of_end_is_told_apart` |
//! | H6 | trailers | [`RequestBuilder::accept_trailers`], [`Response::trailers`] | `trailers_come_behind_the_body` |
//! | H7 | Expect: 100-continue, hints | [`RequestBuilder::expect_continue`], [`RequestBuilder::on_informational`] | `a_body_waits_until_it_is_wanted`, `hints_come_before_the_answer` |
//! | H8 | tunnels | [`Connector::with_proxy`] | `proxies_of_every_kind_carry_it` |
//! | H9 | the talk | [`Builder::trace`] | `the_talk_is_kept_without_its_secrets` |
//! | H10 | source address, sizes of reads | [`Connector::with_dialer`] | `the_source_address_is_ours_to_choose` |
//! | H11 | HTTP/0.9, 1.0, 1.1 | [`Versions`] | `other_versions_are_spoken`, `each_answer_is_read_as_is_right`; not 0.9, which cannot be told from rubbish |
//! | H12 | HTTP/2 | [`Versions`] | `other_versions_are_spoken`, `many_requests_share_a_connection_of_http_2`, `each_row_of_frames_is_read_as_is_right` |
//! | H13 | HTTP/3 | | no: see above |
//! | H14 | WebSocket | | no: another protocol, which has libraries of its own |
//! | H15 | redirects | [`Redirects`], [`Response::hops`] | `redirects_are_followed_and_shown`, `there_are_ten_and_no_circles`, `a_body_goes_again_where_it_must_and_nowhere_else` |
//! | H16 | secrets stay with their origin | by itself | `secrets_stay_with_their_origin`, `an_answer_is_for_its_origin_and_its_user_alone` |
//! | H17 | cookies, public suffixes | [`CookieJar`] | `cookies_are_kept_between_redirects_and_requests`, `a_domain_is_the_servers_own_or_the_cookie_is_refused` |
//! | H18 | cookie files | [`CookieJar::read_netscape`], [`CookieJar::write_netscape`] | `a_file_of_netscapes_is_read` |
//! | H19 | Basic, Bearer | [`auth`] | `a_token_is_for_whom_it_is_meant`, `no_password_is_shown_where_others_may_read` |
//! | H20 | Digest | [`auth::Digest`] | `digest_of_every_kind_lets_in`, `who_was_asked_once_says_so_at_once`, `a_server_that_does_not_know_the_password_is_found_out` |
//! | H21 | NTLM, Negotiate | | no: tied to one vendor's connections, or to Kerberos |
//! | H22 | AWS SigV4, message signatures | | no: the caller's own business, by [`RequestBuilder::header`] |
//! | H23 | netrc | [`Netrc`] | `entries_are_found_by_host_and_user` |
//! | H24 | proxies | [`Connector::with_proxy`] | `an_http_proxy_gets_its_own_login`, `proxies_of_every_kind_carry_it` |
//! | H25 | gzip, deflate, br, zstd | [`Decoder`] | `codings_are_undone_unless_told_otherwise`, `each_answer_is_read_as_is_right`, `a_bomb_is_defused` |
//! | H26 | multipart | [`RequestBuilder::multipart`] | `bodies_of_every_kind_arrive` |
//! | H27 | asking again | by itself, where a connection had gone stale; [`retry_after`] | `a_stale_connection_is_no_reason_to_fail`, `what_may_not_be_done_twice_is_not`; how often and how long to wait otherwise is the caller's affair |
//! | H28 | Unix sockets | [`Connector::with_unix_socket`] | `a_unix_socket_serves_any_host` |
//! | H29 | conditions | [`RequestBuilder::if_changed`], [`Validators`] | `parts_are_asked_for_and_transfers_resumed` |
//! | H30 | a cache | | no: what is kept, and where, is the caller's affair; [`RequestBuilder::if_changed`] is what one needs |
//! | H31 | HSTS, Alt-Svc | | no: both are about what was seen before; write `https://` |
//! | H32 | names looked up otherwise | [`Connector::with_address_of`] | `a_name_may_be_given_its_address` |
//! | H33 | limits of the pool | [`Builder::pool`] | `connections_are_kept_and_used_again` |
//! | H34 | time limits, each apart | [`Timeouts`], [`Builder::deadline`] | `the_total_is_over_all_of_it`, `an_answer_is_awaited_for_a_minute`, `silence_ends_a_body` |
//! | H35 | client certificates, pins, key log | [`tls::TlsSettings`] | `a_client_certificate_is_shown_to_those_who_want_one`, `another_key_than_the_pinned_one_is_refused` |
//! | H36 | ECH | | no: rustls needs another provider for it |
//! | H37 | ranges, resumed transfers | [`RequestBuilder::range`], [`Resume`] | `parts_are_asked_for_and_transfers_resumed`, `resume.rs`; not several ranges of one file at once: one connection is as fast as the link |
//! | H38 | rate limit, low speed | [`Response::limit_rate`], [`RequestBuilder::limit_rate`], [`Builder::low_speed`] | `a_limited_answer_takes_its_time`, `a_limited_upload_takes_its_time`, `an_answer_that_is_too_slow_is_given_up` |
//! | H39 | how long each part took | [`Response::timings`] | `connections_are_kept_and_used_again`, `proxies_of_every_kind_carry_it` |
//! | H40 | folded lines, odd heads | by itself | `each_answer_is_read_as_is_right` |
//! | H41 | limits | [`Builder::head_limit`], [`Builder::body_limit`] | `heads_have_a_limit`, `bodies_have_the_limit_that_they_are_given` |
//! | H42 | raw UTF-8 in Location | by itself | `every_case_is_read_as_is_right` |
//! | U3 | fields that stay with their origin | values marked sensitive | `secrets_stay_with_their_origin` |
//! | U7 | passwords, and saying them at once | [`Builder::credentials`] | `who_was_asked_once_says_so_at_once` |
//! | U18 | what is known of an answer | [`Response`] | `redirects_are_followed_and_shown` |
//! | U19 | robots.txt | [`Robots`] | `patterns_fit_paths` |
//! | U20 | schemes, also of redirects | `http` and `https` only | `there_are_ten_and_no_circles` |
//! | U22 | no private addresses | [`Connector::with_reach`] | `names_do_not_lead_inside_where_that_is_out_of_reach` |

#![cfg_attr(
    not(feature = "net"),
    expect(
        rustdoc::broken_intra_doc_links,
        reason = "the front page is about the client as well, which this build is without"
    )
)]

pub mod auth;
#[cfg(test)]
mod cases;
#[cfg(feature = "net")]
mod client;
mod conditional;
mod cookie;
pub mod date;
mod decode;
mod disposition;
mod error;
mod field;
#[cfg(feature = "interop")]
pub mod interop;
mod netrc;
#[cfg(feature = "net")]
mod open;
#[cfg(feature = "probe")]
mod probe;
mod range;
mod redirect;
mod retry_after;
mod robots;
#[cfg(test)]
#[cfg(feature = "net")]
mod tests;
mod types;
pub mod uri;

#[cfg(feature = "net")]
pub use client::{Builder, Client, Connection, RequestBuilder, Response, Timings, get};
pub use conditional::{ETag, Same, Validators, if_absent};
pub use cookie::{Access, Cookie, CookieJar, Reach, SameSite, SentOver};
pub use decode::{ACCEPT_ENCODING, Decoder};
pub use disposition::{local_name, suggested_name};
pub use error::{Error, Reply, Result};
pub use netrc::{Netrc, NetrcEntry};
pub use netspeak_core::vocabulary::*;
#[cfg(feature = "net")]
pub use open::open;
#[cfg(feature = "probe")]
pub use probe::PROTOCOL;
pub use range::{ByteRange, ContentRange, Resume, Resumed};
pub use redirect::{Hop, Redirects, Trail};
pub use retry_after::retry_after;
pub use robots::{RequestRate, Robots};
pub use types::{Decoding, Versions};

/// What a request is made of.
#[cfg(feature = "net")]
pub use reqwest::{Body, multipart};

pub use http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, Version};
pub use url::Url;

/// What HTTP lays down for its connections.
#[cfg(feature = "net")]
pub const RULES: Rules = Rules {
    schemes: &[
        Scheme::new("http", 80, Tls::Off),
        Scheme::new("https", 443, Tls::Implicit),
    ],
    alpn: &[b"h2", b"http/1.1"],
    upgrade: "",
    // What a server does for an answer is its own; browsers wait for minutes.
    timeouts: Timeouts::UNSET.with_reply(std::time::Duration::from_secs(60)),
    sessions: TlsSessions::Shared,
};
