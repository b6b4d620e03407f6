#![cfg_attr(docsrs, feature(doc_cfg))]
//! An XML-RPC client: any types of serde's both ways, several calls in one, over HTTP, Unix sockets and SCGI.
//!
//! ```no_run
//! # async fn example() -> netspeak_xmlrpc::Result<()> {
//! let server = netspeak_xmlrpc::ServerProxy::new("https://rpc.example.org/RPC2")?;
//! let sum: i32 = server.call("add", (2, 3)).await?;
//! let methods: Vec<String> = server.namespace("system").call("listMethods", ()).await?;
//! println!("{sum}, {} methods", methods.len());
//! # Ok(())
//! # }
//! ```
//!
//! Three doors: [`ServerProxy::new`] with a URL, [`ServerProxy::builder`] with settings, [`ServerProxy::from_conn`] over
//! any stream. Without default features the crate is what XML-RPC says, as functions of bytes and values, no tokio:
//! [`encode_call`] and [`decode_response`] for clients, [`decode_call`], [`encode_response`] and [`encode_fault`] for
//! servers, [`Calls`] for several calls in one.
//!
//! What goes over HTTP goes by `netspeak-http`: its pool, proxies, TLS, deadlines and logins. XML is pulled by quick-xml,
//! straight into the types that were asked for. Nothing that a document names is fetched, nothing is expanded, and
//! whatever it holds, reading takes time and memory in proportion to its size: [`DocumentLimits`].
//!
//! Servers are read as they are: [`DateTime`] keeps what is no date, integers are taken up to 64 bits whatever they call
//! themselves, `nil` and Apache's extensions under any prefix. What is sent is what the specification has, unless a
//! [`Dialect`] says more.
//!
//! This crate is all you need: the parts of `netspeak-core` and `netspeak-http` that its methods take and return are
//! re-exported here.
//!
//! | feature | what it adds |
//! |---|---|
//! | `net` (default) | [`ServerProxy`] |
//! | `idn` | host names that are not ASCII (IDNA) |
//! | `probe` | `PROTOCOL`: the conversation behind `netspeak probe` |
//!
//! # From Python's xmlrpc.client
//!
//! | Python | here |
//! |---|---|
//! | `ServerProxy(uri)` | [`ServerProxy::new`] |
//! | `ServerProxy(uri, context=)` | [`Builder::connector`] with [`Connector::with_tls`] |
//! | `ServerProxy(uri, headers=)` | [`Builder::headers`] |
//! | `ServerProxy(uri, allow_none=True)` | [`Dialect::with_nil`]; reading takes it in any case |
//! | `ServerProxy(uri, use_datetime=, use_builtin_types=)` | [`DateTime::civil`], [`Base64`], `Vec<u8>` |
//! | `ServerProxy(uri, encoding=)` | calls go in UTF-8; answers may come in any encoding |
//! | `ServerProxy(uri, transport=)`, `Transport`, `SafeTransport` | [`Connector`], or [`encode_call`] and [`decode_response`] over a transport of one's own |
//! | `ServerProxy(uri, verbose=True)` | [`Builder::trace`] with a transcript |
//! | `proxy.method(a, b)` | [`ServerProxy::call`] with `("method", (a, b))` |
//! | `proxy.a.b()` | [`ServerProxy::namespace`], or the name with its dots |
//! | `proxy("close")` | dropping the proxy |
//! | `MultiCall(proxy)`, `MultiCallIterator` | [`ServerProxy::multicall`], [`MultiCall::push`], [`MultiCall::send`] |
//! | `proxy.system.listMethods()`, `.methodHelp()`, `.methodSignature()` | [`ServerProxy::list_methods`], [`ServerProxy::method_help`], [`ServerProxy::method_signature`] |
//! | `dumps(params, methodname)` | [`encode_call`] |
//! | `dumps(params, methodresponse=True)`, `dumps(Fault(..))` | [`encode_response`], [`encode_fault`] |
//! | `loads(data)` | [`decode_response`], [`decode_call`] |
//! | `Fault.faultCode`, `.faultString` | [`Fault::code`], [`Fault::message`]; of an error: [`Reply::fault`] |
//! | `PARSE_ERROR`, `METHOD_NOT_FOUND`, ... | [`StandardFault`] |
//! | `ProtocolError` | [`Reply::Status`]; what is no XML-RPC is [`Error::Malformed`] |
//! | `DateTime`, `Binary` | [`DateTime`], [`Base64`] |
//! | `gzip_encode()`, `encode_threshold` | [`Builder::gzip_from`] |
//! | `gzip_decode(max_decode=)` | [`DocumentLimits::bytes`] |
//! | `xmlrpc.client.boolean`, `int` | `bool`, `i32` |
//!
//! # What is there
//!
//! | id | what | here | shown by |
//! |---|---|---|---|
//! | X1 | a proxy, dotted names | [`ServerProxy::call`], [`Namespace`] | `calls_share_a_connection`, `names_have_dots` |
//! | X2 | documents without a transport | [`encode_call`], [`decode_response`] | `a_call_is_written_and_read`, `every_type_goes_there_and_back` |
//! | X3 | other transports | [`Connector`], [`ServerProxy::from_conn`]; one's own, with [`encode_call`] and [`decode_response`] | `unix_sockets_carry_http_and_scgi`, `a_silent_server_is_not_awaited_for_ever` |
//! | X4 | HTTPS, its settings | [`Builder::connector`] | `https_is_verified` |
//! | X5 | numbers, booleans, text, arrays, structs | [`Value`] | `each_answer_is_read_as_is_right`, `each_value_is_written_as_is_right` |
//! | X6 | dates | [`DateTime`] | `dates_are_read_in_every_form_and_odd_ones_say_nothing`, `a_moment_needs_a_zone` |
//! | X7 | bytes | [`Base64`] | `every_type_goes_there_and_back`, `each_answer_is_read_as_is_right` |
//! | X8 | nil | [`Dialect::with_nil`], [`Value::Nil`] | `what_cannot_be_sent_is_not_sent`, `each_answer_is_read_as_is_right` |
//! | X9 | integers of 64 bits | [`Dialect::with_i8`] | `what_cannot_be_sent_is_not_sent`, `each_answer_is_read_as_is_right` |
//! | X10 | Apache's numbers | [`Value::BigInteger`], [`Value::BigDecimal`] | `every_type_goes_there_and_back`; not serialised Java objects and DOM trees |
//! | X11 | Apache's prefix, capitals | by itself | `each_answer_is_read_as_is_right`, `types_are_known_in_capitals_as_well` |
//! | X12 | a value without a type is text | by itself | `each_answer_is_read_as_is_right` |
//! | X13 | faults, agreed codes | [`Fault`], [`StandardFault`] | `a_fault_is_an_error_with_its_code`, `codes_mean_what_was_agreed` |
//! | X14 | several calls in one | [`ServerProxy::multicall`] | `several_calls_go_in_one` |
//! | X15 | introspection | [`ServerProxy::list_methods`] | `a_server_tells_about_itself` |
//! | X16 | gzip both ways, bounded | [`Builder::gzip_from`], [`DocumentLimits::bytes`] | `gzip_goes_both_ways_with_a_budget` |
//! | X17 | more fields | [`Builder::headers`] | `who_logs_in_stands_in_the_url_or_beside_it` |
//! | X18 | logins | [`Builder::credentials`], the URL | `who_logs_in_stands_in_the_url_or_beside_it` |
//! | X19 | connections are kept | by itself | `calls_share_a_connection`; what may have been done is not called again by itself |
//! | X20 | time limits | [`Builder::timeouts`], [`Builder::deadline`] | `a_silent_server_is_not_awaited_for_ever` |
//! | X21 | async | all of it; `blocking` of the umbrella is without | `a_dropped_call_is_never_answered_to_another` |
//! | X22 | SCGI, Unix sockets | [`Builder::build`], [`Connector::with_unix_socket`] | `scgi_has_a_connection_for_each_call`, `unix_sockets_carry_http_and_scgi` |
//! | X23 | types of serde's | [`ServerProxy::call`], [`from_value`] | `every_type_goes_there_and_back`, `another_type_is_told_with_its_place` |
//! | X24 | what servers read | [`decode_call`] | `a_call_is_written_and_read` |
//! | X25 | limits; no entities | [`DocumentLimits`] | `nesting_ends_at_its_limit_before_the_stack_does`, `bombs_are_refused_where_they_begin`, `sizes_have_limits`, `time_grows_with_the_size` |
//! | X26 | other encodings | by itself, when reading | `every_declared_encoding_becomes_text`, `bytes_of_another_encoding_are_told` |

#![cfg_attr(
    not(feature = "net"),
    expect(
        rustdoc::broken_intra_doc_links,
        reason = "the front page is about the client as well, which this build is without"
    )
)]

mod charset;
#[cfg(feature = "net")]
mod client;
mod decode;
mod dialect;
mod encode;
mod error;
mod multicall;
#[cfg(feature = "probe")]
mod probe;
#[cfg(feature = "net")]
mod scgi;
#[cfg(test)]
mod tests;
mod types;
mod xml;

#[cfg(feature = "net")]
pub use client::{Builder, Capability, MultiCall, Namespace, ServerProxy};
pub use decode::{
    Call, decode_call, decode_call_with, decode_response, decode_response_with, from_value,
};
pub use dialect::{Dialect, DocumentLimits};
pub use encode::{encode_call, encode_fault, encode_response};
pub use error::{Error, Reply, Result};
pub use multicall::Calls;
pub use netspeak_core::vocabulary::*;
#[cfg(feature = "probe")]
pub use probe::PROTOCOL;
pub use types::{Base64, DateTime, Fault, StandardFault, Struct, Value};

/// Fields of HTTP, for [`Builder::headers`].
#[cfg(feature = "net")]
pub use netspeak_http::{HeaderMap, HeaderName, HeaderValue};

/// What XML-RPC lays down for its connections.
#[cfg(feature = "net")]
pub const RULES: Rules = Rules {
    schemes: &[
        Scheme::new("xmlrpc+http", 80, Tls::Off),
        Scheme::new("xmlrpc+https", 443, Tls::Implicit),
    ],
    alpn: &[b"http/1.1"],
    upgrade: "",
    timeouts: netspeak_http::RULES.timeouts,
    sessions: TlsSessions::Shared,
};
