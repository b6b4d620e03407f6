#![cfg_attr(docsrs, feature(doc_cfg))]
//! The Internet's classic text protocols under one roof.
//!
//! Each protocol is a crate of its own, re-exported here under its name and switched on by a
//! feature of that name; what they share is [`core`]. With the feature `probe` any target can be
//! probed by its URL:
//!
//! ```
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! use netspeak::core::protocol::ProbeOptions;
//!
//! let server = netspeak_fake::Pop3::builder().user("ops", "hunter2").start().await?;
//! let target = server.url("pop3").parse()?;
//! let report = netspeak::probe(&target, &ProbeOptions::default()).await;
//! assert_eq!(report.greeting.unwrap().code.as_deref(), Some("+OK"));
//! # Ok(())
//! # }
//! ```
//!
//! | feature | what it adds |
//! |---|---|
//! | `ftp` | [`ftp`]: FTP and FTPS (RFC 959, 2228, 2389, 2428, 3659, 4217) |
//! | `gopher` | [`gopher`]: Gopher (RFC 1436, 4266, Gopher+) |
//! | `telnet` | [`telnet`]: Telnet (RFC 854, 1143, 1091, 1073, 1572, 2066, 2217) |
//! | `http` | [`http`]: HTTP/1.0, 1.1 and 2 (RFC 9110, 9112, 9113) |
//! | `nntp` | [`nntp`]: NNTP (RFC 3977, 2980, 4642, 4643, 4644, 6048, 8054) |
//! | `imap` | [`imap`]: IMAP4 |
//! | `pop3` | [`pop3`]: POP3 (RFC 1939, 2449, 2595, 5034, 6856) |
//! | `smtp` | [`smtp`]: SMTP and LMTP (RFC 5321, 2033, 2920, 3030, 3207, 3461, 4954) |
//! | `xmlrpc` | [`xmlrpc`]: XML-RPC, over HTTP and SCGI |
//! | `all-protocols` (default) | all of these |
//! | `probe` (default) | [`probe`], [`registry`] |
//! | `open` (default) | [`open()`]: what is behind any URL, as a stream |
//! | `idn` | host names that are not ASCII (IDNA) |
//! | `serde` | what is kept between sessions is stored and read by serde: POP3's unique ids |
//! | `blocking` | `blocking`: the clients without `async` |
//!
//! # From Python's urllib
//!
//! | Python | here |
//! |---|---|
//! | `urllib.request.urlopen(url)` | [`open()`], for all protocols; without `async`: `blocking::open`, which is a reader |
//! | `urlretrieve(url, file, reporthook)` | [`core::open::Opened::copy_to`], [`core::open::Opened::with_progress`] |
//! | `Request(url, headers=...)`, `build_opener`, handlers | [`http::Client`], [`http::RequestBuilder`] |
//! | `response.geturl()`, `info()`, `status` | [`core::open::About`] |
//! | `getproxies()`, `ProxyHandler`, `proxy_bypass` | [`Proxies`], [`core::Connector::with_proxy`] |
//! | `HTTPPasswordMgr`, `HTTPBasicAuthHandler`, `HTTPDigestAuthHandler` | [`core::sasl::Credentials`], in [`core::open::OpenOptions::opening`] |
//! | `HTTPCookieProcessor` | [`http::CookieJar`] |
//! | `FTPHandler`, `FileHandler`, `DataHandler` | [`open()`] |
//! | `urllib.parse.urlparse`, `quote`, `urlencode` | [`core::Target`]; the `url` crate, [`http::RequestBuilder::query`] |
//! | `urllib.robotparser.RobotFileParser` | [`http::Robots`] |
//! | `urllib.error.URLError`, `HTTPError` | [`core::open::OpenError`], with a stable word for each |
//!
//! | # | what | where | proof |
//! |---|---|---|---|
//! | U1 | one call for any URL | [`open()`] | `every_scheme_is_read_by_one_call`, `the_open_example_runs` |
//! | U2 | into a file, telling how far it is | [`core::open::Opened::copy_to`], [`core::open::Opened::with_progress`] | `files_are_those_of_this_machine`, `pieces_come_one_after_the_other_and_then_the_end` |
//! | U3 | requests with fields | [`http::RequestBuilder`] | `secrets_stay_with_their_origin` |
//! | U4 | a chain of handlers | [`registry`] | reason: protocols are handlers here; what stands before and behind a request is the caller's code |
//! | U5 | redirects | [`http::Redirects`] | `a_redirect_leads_nowhere_that_the_url_itself_may_not`, `there_are_ten_and_no_circles` |
//! | U6 | proxies by variables | [`Proxies`] | `small_letters_count_and_what_a_client_can_set_does_not` |
//! | U7 | passwords, and saying them at once | [`core::open::OpenOptions::opening`] | `who_was_asked_once_says_so_at_once` |
//! | U8 | Basic and Digest, at proxies too | [`core::sasl::Credentials`], [`core::Proxy`] | `redirects_are_followed_and_shown`, `who_was_asked_once_says_so_at_once` |
//! | U9 | cookies | [`http::CookieJar`] | `cookies_are_kept_between_redirects_and_requests` |
//! | U10 | FTP with `;type=`, folders | [`open()`] | `every_scheme_is_read_by_one_call` |
//! | U11 | FTP sessions kept | | no: a session of [`ftp::Client`] is kept by who wants it |
//! | U12 | `file:` | [`open()`] | `files_are_those_of_this_machine` |
//! | U13 | `data:` | [`open()`] | `every_scheme_is_read_by_one_call` |
//! | U14 | `gopher:` | [`open()`] | `every_scheme_is_read_by_one_call` |
//! | U15 | `imap:`, `pop3:`, `nntp:`, `news:` | [`open()`] | `every_scheme_is_read_by_one_call`; those of mail to be sent and of terminals name nothing that could be read: `what_is_not_allowed_is_refused_before_anything_is_sent` |
//! | U16 | URLs taken apart | [`core::Target`] | reason: joining is the `url` crate's |
//! | U17 | queries and forms | [`http::RequestBuilder::query`] | reason: `netspeak-http` has and proves it |
//! | U18 | what is known of it | [`core::open::About`] | `every_scheme_is_read_by_one_call` |
//! | U19 | robots.txt | [`http::Robots`] | `patterns_fit_paths` |
//! | U20 | which schemes, also of redirects | [`core::open::OpenOptions::schemes`] | `what_is_not_allowed_is_refused_before_anything_is_sent`, `a_redirect_leads_nowhere_that_the_url_itself_may_not` |
//! | U21 | many URLs in one | the command: `netspeak get URL{a,b}[1-9]` | reason: the command's |
//! | U22 | no addresses inside | [`core::Reach`] | `what_is_inside_is_not_public_in_any_spelling`, `names_do_not_lead_inside_where_that_is_out_of_reach`, `what_is_not_allowed_is_refused_before_anything_is_sent` |

pub use netspeak_core as core;
#[cfg(feature = "ftp")]
pub use netspeak_ftp as ftp;
#[cfg(feature = "gopher")]
pub use netspeak_gopher as gopher;
#[cfg(feature = "http")]
pub use netspeak_http as http;
#[cfg(feature = "imap")]
pub use netspeak_imap as imap;
#[cfg(feature = "nntp")]
pub use netspeak_nntp as nntp;
#[cfg(feature = "pop3")]
pub use netspeak_pop3 as pop3;
#[cfg(feature = "smtp")]
pub use netspeak_smtp as smtp;
#[cfg(feature = "telnet")]
pub use netspeak_telnet as telnet;
#[cfg(feature = "xmlrpc")]
pub use netspeak_xmlrpc as xmlrpc;

#[cfg(feature = "blocking")]
pub mod blocking;
#[cfg(feature = "probe")]
pub mod registry;

#[cfg(feature = "open")]
mod open;
#[cfg(feature = "probe")]
mod probe;

#[cfg(feature = "open")]
pub use open::{Proxies, open, open_with};
#[cfg(feature = "probe")]
pub use probe::probe;

/// The README's examples are compiled with the crate's tests.
#[cfg(all(doctest, feature = "pop3", feature = "probe"))]
#[doc = include_str!("../../../README.md")]
struct Readme;

/// So are those of the pages in `docs/`.
#[cfg(all(doctest, feature = "telnet", feature = "probe"))]
#[doc = include_str!("../../../docs/client-developer.md")]
#[doc = include_str!("../../../docs/telnetlib.md")]
struct Pages;
