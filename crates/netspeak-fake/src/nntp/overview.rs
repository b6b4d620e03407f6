//! Overviews (RFC 3977 section 8).

use crate::nntp::spool::Article;

/// What LIST OVERVIEW.FMT says.
pub(super) const FIELDS: [&str; 8] = [
    "Subject:",
    "From:",
    "Date:",
    "Message-ID:",
    "References:",
    ":bytes",
    ":lines",
    "Newsgroups:full",
];

pub(super) fn row(number: u64, article: &Article) -> String {
    let fields = FIELDS.map(|name| match name.strip_suffix(":full") {
        Some(name) => format!("{name}: {}", field(article, name)),
        None => field(article, name),
    });
    format!("{number}\t{}", fields.join("\t"))
}

/// A field or an item of metadata, blanks in place of tabs.
pub(super) fn field(article: &Article, name: &str) -> String {
    match name.trim_end_matches(':') {
        ":bytes" => article.bytes.len().to_string(),
        ":lines" => article
            .parts()
            .1
            .split(|byte| *byte == b'\n')
            .skip(1)
            .count()
            .to_string(),
        "Message-ID" => article.id.clone(),
        name => article.field(name).unwrap_or_default().replace('\t', " "),
    }
}
