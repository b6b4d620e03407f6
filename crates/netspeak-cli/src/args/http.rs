//! What only HTTP knows: fields, cookies, redirects, versions.

use std::num::NonZeroU64;
use std::path::PathBuf;

use clap::Args as ClapArgs;

use super::transfer::size;
use crate::failure::Failure;

#[derive(Debug, ClapArgs)]
#[command(next_help_heading = "HTTP")]
pub(crate) struct HttpArgs {
    /// Send this field; "NAME;" sends it empty. What looks like a secret stays with its origin
    #[arg(short = 'H', long = "header", value_name = "NAME: VALUE")]
    pub(crate) headers: Vec<String>,
    /// The method, in place of the verb's own
    #[arg(short = 'X', long, value_name = "METHOD")]
    pub(crate) request: Option<String>,
    /// Call yourself this
    #[arg(short = 'A', long, value_name = "NAME", hide_short_help = true)]
    pub(crate) user_agent: Option<String>,
    /// Say that this page led here
    #[arg(short = 'e', long, value_name = "URL", hide_short_help = true)]
    pub(crate) referer: Option<String>,
    /// Send these cookies, or those of a file of Netscape's form
    #[arg(short = 'b', long = "cookie", value_name = "NAME=VALUE|FILE")]
    pub(crate) cookies: Vec<String>,
    /// Keep cookies, and write them to this file (Netscape's form) in the end
    #[arg(short = 'c', long, value_name = "FILE", hide_short_help = true)]
    pub(crate) cookie_jar: Option<PathBuf>,
    /// Take compressed answers, and decompress them; fetching over IMAP, compress the session where the server can
    #[arg(long)]
    pub(crate) compressed: bool,
    /// Follow redirects (the default)
    #[arg(short = 'L', long, hide_short_help = true)]
    pub(crate) location: bool,
    /// Follow so many redirects at most; with 0 the redirect itself is the answer
    #[arg(
        long,
        value_name = "N",
        default_value_t = 10,
        hide_default_value = false,
        hide_short_help = true
    )]
    pub(crate) max_redirs: u32,
    /// Fail for a status of 400 and above (the default)
    #[arg(short, long, hide_short_help = true)]
    pub(crate) fail: bool,
    /// Show the head of the answer before its body
    #[arg(short = 'i', long, alias = "show-headers")]
    pub(crate) include: bool,
    /// The largest answer (K, M and G are powers of 1024)
    #[arg(long, value_name = "BYTES", value_parser = size, hide_short_help = true)]
    pub(crate) max_filesize: Option<NonZeroU64>,
    /// Give up what brings less than this a second
    #[arg(short = 'Y', long, value_name = "BYTES", value_parser = size, hide_short_help = true)]
    pub(crate) speed_limit: Option<NonZeroU64>,
    /// Give it up once it has been so slow for so many seconds (30 without this)
    #[arg(short = 'y', long, value_name = "SECONDS", hide_short_help = true)]
    pub(crate) speed_time: Option<u64>,
    /// Log in by Basic only
    #[arg(long, group = "scheme", hide_short_help = true)]
    pub(crate) basic: bool,
    /// Log in by Digest only
    #[arg(long, group = "scheme", hide_short_help = true)]
    pub(crate) digest: bool,
    /// Log in by the best that the server asks for (the default)
    #[arg(long, group = "scheme", hide_short_help = true)]
    pub(crate) anyauth: bool,
    /// Speak HTTP/1.0
    #[arg(
        short = '0',
        long = "http1.0",
        group = "version",
        hide_short_help = true
    )]
    pub(crate) http10: bool,
    /// Speak HTTP/1.1
    #[arg(long = "http1.1", group = "version", hide_short_help = true)]
    pub(crate) http11: bool,
    /// Speak HTTP/2 where the server agrees inside TLS (the default)
    #[arg(long, group = "version", hide_short_help = true)]
    pub(crate) http2: bool,
    /// Speak HTTP/2 without asking first
    #[arg(long, group = "version", hide_short_help = true)]
    pub(crate) http2_prior_knowledge: bool,
}

impl HttpArgs {
    /// An error where another protocol was told what only HTTP knows.
    pub(crate) fn refuse(&self, protocol: &str) -> Result<(), Failure> {
        refuse(&[(self.compressed, "--compressed")], "http", protocol)?;
        self.refuse_but_compressed(protocol)
    }

    /// The same for a protocol that can compress.
    pub(crate) fn refuse_but_compressed(&self, protocol: &str) -> Result<(), Failure> {
        let given = [
            (!self.headers.is_empty(), "-H"),
            (self.request.is_some(), "-X"),
            (self.user_agent.is_some(), "-A"),
            (self.referer.is_some(), "-e"),
            (!self.cookies.is_empty(), "-b"),
            (self.cookie_jar.is_some(), "-c"),
            (self.location, "-L"),
            (self.max_redirs != 10, "--max-redirs"),
            (self.fail, "-f"),
            (self.include, "-i"),
            (self.max_filesize.is_some(), "--max-filesize"),
            (self.speed_limit.is_some(), "-Y"),
            (self.speed_time.is_some(), "-y"),
            (self.basic, "--basic"),
            (self.digest, "--digest"),
            (self.anyauth, "--anyauth"),
            (self.http10, "--http1.0"),
            (self.http11, "--http1.1"),
            (self.http2, "--http2"),
            (self.http2_prior_knowledge, "--http2-prior-knowledge"),
        ];
        refuse(&given, "http", protocol)
    }
}

/// An error for the first flag that was given and is another protocol's.
pub(crate) fn refuse(given: &[(bool, &str)], owner: &str, protocol: &str) -> Result<(), Failure> {
    match given.iter().find(|(is_given, _)| *is_given) {
        Some((_, flag)) => Err(Failure::usage(format!(
            "{flag} is for {owner}, and means nothing over {protocol}"
        ))),
        None => Ok(()),
    }
}
