#![cfg_attr(docsrs, feature(doc_cfg))]
//! A Gopher client: menus, texts and files, searches, Gopher+, TLS.
//!
//! ```no_run
//! use netspeak_gopher::{Client, GopherPath, Request, Selector};
//!
//! # async fn example() -> netspeak_gopher::Result<()> {
//! let client = netspeak_gopher::connect("gopher://gopher.example.org").await?;
//! let menu = client.menu(&Request::new(Selector::ROOT)).await?.collect().await?;
//! for item in menu.items() {
//!     println!("{} {}", item.item_type, item.text(netspeak_gopher::Encoding::guess(&item.display)));
//! }
//! # Ok(())
//! # }
//! ```
//!
//! Three doors: [`connect`] with a URL, [`Client::builder`] with settings, [`Client::from_conn`]
//! over any stream. A server answers one request and hangs up: each method takes the client, and a
//! [`Builder`] makes as many as there are requests. [`fetch`] is all of it for one URL. Without default
//! features the crate is a pure codec: [`GopherPath`], [`Request`], [`AnswerCodec`], [`MenuLine`],
//! [`MenuWriter`], [`Attributes`], no tokio.
//!
//! | feature | what it adds |
//! |---|---|
//! | `net` (default) | [`Client`] |
//! | `idn` | host names that are not ASCII (IDNA) |
//! | `probe` | `PROTOCOL`: the conversation behind `netspeak probe` |
//!
//! | specification | what of it |
//! |---|---|
//! | RFC 1436 | all; TTXT and the other items for phone books are told, not fetched |
//! | RFC 4266 | all |
//! | Gopher+ (1993) | length headers, errors, `!` and `$` attributes, views; not `+ASK` |
//! | `URL:` | links out of Gopher in `h` items |
//!
//! # What is left alone
//!
//! Selectors go out byte for byte, whatever they look like. Nothing that a menu names is fetched
//! by itself. Bytes of a server stay bytes until they are asked for as text: [`Item::text`] makes them fit for
//! a terminal. Of what is downloaded only texts (type 0 and its kin) are changed: their final dot is
//! removed and doubled dots are undone.
//!
//! # For those who come from Python's gopherlib
//!
//! | Python | here |
//! |---|---|
//! | `send_selector(selector, host, port)` | [`connect`] and [`Client::menu`], [`Client::text`], [`Client::bytes`] |
//! | `send_query(selector, query, host, port)` | [`Client::search`] |
//! | `get_directory(f)` | [`Menu::next`], [`Menu::collect`]; bad lines stay, as [`MenuLine::Malformed`] |
//! | `get_textfile(f)`, `get_alt_textfile(f, func)` | [`Body::string`], [`Body::chunk`] of [`Client::text`] |
//! | `get_binary(f)`, `get_alt_binary(f, func, blocksize)` | [`Body::bytes`], [`Body::chunk`] of [`Client::bytes`] |
//! | `type_to_name(gtype)` | [`ItemType::name`] |
//! | `A_TEXT`, `A_MENU`, ... | [`ItemType::TEXT`], [`ItemType::MENU`], ... |
//!
//! # What there is, and what proves it
//!
//! | # | what | where | proof |
//! |---|---|---|---|
//! | G1 | a selector is sent as it is | [`Request`] | `requests_as_they_are_sent`, `urls_say_what_is_sent` |
//! | G2 | searches | [`Client::search`] | `a_search`, `urls_say_what_is_sent` |
//! | G3 | menus, with every line of them | [`MenuLine::parse`], [`Menu`] | `menu_lines`, `lines_that_are_no_items_are_kept_as_they_are` |
//! | G4 | the `+` column | [`Item::plus`] | `menu_lines` |
//! | G5 | texts, final dot, doubled dots | [`Client::text`] | `files`, `a_text_ends_with_a_lone_dot_and_loses_doubled_ones` |
//! | G6 | files up to the end of the connection | [`Client::bytes`] | `files`, `bytes_are_left_alone` |
//! | G7 | types 0 to 9, `+`, g, I, T | [`ItemType`] | `every_character_has_a_name_and_a_way_to_be_read` |
//! | G8 | types s e c h M w q : ; < P p d x | [`ItemType`] | `every_character_has_a_name_and_a_way_to_be_read` |
//! | G9 | remarks and errors | [`Item::info`], [`Item::is_error`], [`Refusal`] | `menu_lines`, `an_error_in_place_of_a_text_is_one` |
//! | G10 | names of types | [`ItemType::name`] | `every_character_has_a_name_and_a_way_to_be_read` |
//! | G11 | `URL:` links | [`Item::url`] | `menu_lines`, `where_items_lead_to` |
//! | G12 | `gopher://` URLs | [`GopherPath`] | `urls_say_what_is_sent`, `a_path_comes_back_as_it_was` |
//! | G13 | CSO phone books | [`Item::target`] | reason: told as `cso://`, not spoken: no server of it is left |
//! | G14 | Telnet and tn3270 items | [`Item::target`] | `where_items_lead_to` |
//! | G15 | TLS: never, if possible, required; trust on first use | [`Builder`], [`KnownServers`] | `tls_at_the_same_port`, `a_known_server_does_not_get_away_with_another_key` |
//! | G16 | SOCKS, Tor | [`Connector`] | reason: core's connector does it for every protocol, with its tests |
//! | G17 | IPv6 | [`Connector`] | `a_menu_over_ipv6` |
//! | G18 | UTF-8, ISO-8859-1, code page 437 | [`Encoding`], [`Item::text`], [`Body::string`] | `menu_lines`, `every_byte_comes_back_in_the_encodings_that_have_it` |
//! | G19 | CR, LF, NUL and TAB are refused | [`Selector`], [`Request`] | `what_would_end_a_selector_early_is_refused`, `nothing_can_be_smuggled_into_a_request` |
//! | G20 | Gopher+: lengths, attributes, views | [`Client::plus`], [`Client::attributes`] | `gopher_plus`, `three_ways_to_say_how_long`, `each_item_of_a_menu_has_its_own` |
//! | G21 | caps.txt, robots.txt | [`Client::text`] | reason: texts like others; who crawls reads them |
//! | G22 | Finger, Nex, Spartan, Gemini | | no: other protocols |
//! | G23 | limits and time-outs | [`Limits`], [`Timeouts`] | `an_endless_line_is_an_error`, `an_endless_menu_is_an_error`, `a_server_that_says_nothing` |
//! | G24 | writing menus | [`MenuWriter`] | `what_is_written_is_read_again` |

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
mod menu;
mod plus;
mod response;
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

// What is the same in every protocol.
#[doc(inline)]
pub use netspeak_core::vocabulary::*;

pub use codec::{AnswerCodec, Ending, Event, Framing, PlusHeader};
pub use command::Request;
#[cfg(feature = "net")]
pub use error::Goodbye;
pub use error::{Error, Result};
pub use menu::{Item, MenuLine, MenuWriter, Targets};
pub use plus::{Admin, Attributes, Block, View};
pub use response::Refusal;
pub use types::{Content, GopherPath, ItemType, Selector};

#[cfg(feature = "net")]
pub use client::{
    Answer, Body, Builder, Client, KnownServers, Listing, Menu, Settings, connect, fetch,
};
#[cfg(feature = "net")]
pub use open::open;
#[cfg(feature = "probe")]
pub use probe::PROTOCOL;

/// No ALPN id: none is registered for Gopher, and servers that know others refuse a made-up one.
pub const ALPN: &[&[u8]] = &[];

/// `gopher`, and `gophers` with TLS from the first byte, at the same port.
#[cfg(feature = "net")]
pub const SCHEMES: &[Scheme] = &[
    Scheme::new("gopher", 70, Tls::Off),
    Scheme::new("gophers", 70, Tls::Implicit),
];

/// What Gopher lays down for its connections.
#[cfg(feature = "net")]
pub const RULES: Rules = Rules {
    schemes: SCHEMES,
    alpn: ALPN,
    upgrade: "",
    timeouts: Timeouts::UNSET,
    sessions: TlsSessions::Apart,
};
