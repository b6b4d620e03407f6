//! What FEAT says (RFC 2389), typed and raw.

use netspeak_core::Keywords;

use super::HashAlgorithm;
use crate::response::Reply;

/// The features that a server announced.
///
/// The raw lines stay reachable: what this crate does not know is not lost.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Features(Keywords);

/// A fact that MLSD and MLST can tell (RFC 3659 section 7.8).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MlstFact {
    /// Its name, lower case, such as `size`.
    pub name: String,
    /// Whether it is told without being asked for by OPTS MLST.
    pub is_on: bool,
}

impl Features {
    /// From the lines between the first and the last of the reply, printable.
    ///
    /// ```text
    /// feature-listing = "211-" *TCHAR CRLF 1*( SP feature CRLF ) "211 End" CRLF   ; RFC 2389 section 3.2
    /// ```
    /// Servers that write `211-` before each feature, or leave the blank out, are understood.
    pub fn from_lines(lines: impl IntoIterator<Item = String>) -> Self {
        let lines = lines.into_iter().map(|line| {
            let line = line.strip_prefix("211-").unwrap_or(&line);
            line.trim_ascii().to_owned()
        });
        Self(Keywords::new(lines.filter(|line| !line.is_empty())))
    }

    /// The features that this reply lists; none if it has one line only.
    pub fn of_reply(reply: &Reply) -> Self {
        let lines: Vec<_> = reply.lines().collect();
        let inner = lines.len().saturating_sub(1);
        let inner = lines.into_iter().take(inner).skip(1);
        Self::from_lines(inner.map(netspeak_core::text::printable))
    }

    /// The lines.
    pub fn lines(&self) -> &[String] {
        self.0.lines()
    }

    /// Whether a feature is announced; case does not count.
    pub fn has(&self, name: &str) -> bool {
        self.0.has(name)
    }

    /// The words behind a feature, if it is announced.
    pub fn arguments(&self, name: &str) -> Option<Vec<&str>> {
        self.0.arguments(name)
    }

    /// The ways to begin security, upper case: `TLS`, `SSL` (RFC 4217).
    pub fn auth(&self) -> Vec<String> {
        self.words("AUTH")
    }

    /// Whether AUTH TLS is offered, by this name or an older one.
    pub fn tls(&self) -> bool {
        let names = ["TLS", "TLS-C", "TLS-P", "SSL"];
        self.auth().iter().any(|way| names.contains(&way.as_str()))
    }

    /// Whether MLSD and MLST are offered (RFC 3659).
    pub fn mlst(&self) -> bool {
        self.has("MLST") || self.has("MLSD")
    }

    /// The facts that MLSD can tell.
    pub fn mlst_facts(&self) -> Vec<MlstFact> {
        let words = self.arguments("MLST").unwrap_or_default();
        words
            .iter()
            .flat_map(|word| word.split(';'))
            .filter(|fact| !fact.is_empty())
            .map(|fact| MlstFact {
                name: fact.trim_end_matches('*').to_ascii_lowercase(),
                is_on: fact.ends_with('*'),
            })
            .collect()
    }

    /// Whether transfers can begin in the middle (RFC 3659 section 5).
    pub fn rest_stream(&self) -> bool {
        self.words("REST").iter().any(|word| word == "STREAM")
    }

    /// Whether names are UTF-8 (RFC 2640).
    pub fn utf8(&self) -> bool {
        self.has("UTF8") || self.has("UTF-8")
    }

    /// Whether data can be compressed (MODE Z).
    pub fn mode_z(&self) -> bool {
        self.words("MODE").iter().any(|word| word == "Z")
    }

    /// The algorithms of HASH, the one in force first (draft-bryan-ftp-hash).
    pub fn hash(&self) -> Vec<HashAlgorithm> {
        let mut words = self.words("HASH");
        words.sort_by_key(|word| !word.ends_with('*'));
        let names = words.iter().map(|word| word.trim_end_matches('*'));
        names.filter_map(HashAlgorithm::from_name).collect()
    }

    /// What stands behind a feature, on all lines that begin with it, in capitals.
    fn words(&self, name: &str) -> Vec<String> {
        let mut found = Vec::new();
        for line in self.lines() {
            let mut words = line.split(|c: char| c.is_ascii_whitespace() || matches!(c, ';' | ','));
            if words
                .next()
                .is_some_and(|word| word.eq_ignore_ascii_case(name))
            {
                found.extend(words.filter(|w| !w.is_empty()).map(str::to_ascii_uppercase));
            }
        }
        found
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn features(lines: &[&str]) -> Features {
        Features::from_lines(lines.iter().map(|line| (*line).to_owned()))
    }

    #[test]
    fn what_a_server_offers_is_typed() {
        let found = features(&[
            " AUTH SSL",
            " AUTH TLS",
            " HASH SHA-1;SHA-256*;MD5;WHIRLPOOL",
            " MODE Z",
            " REST STREAM",
            " mlst Type*;Size*;UNIX.mode;",
            " UTF8",
            " XCRC \"filename\" SP EP",
        ]);
        assert_eq!(found.auth(), ["SSL", "TLS"]);
        assert!(found.tls() && found.mode_z() && found.rest_stream() && found.utf8());
        assert_eq!(
            found.hash(),
            [
                HashAlgorithm::Sha256,
                HashAlgorithm::Sha1,
                HashAlgorithm::Md5
            ]
        );
        let facts: Vec<_> = found
            .mlst_facts()
            .into_iter()
            .map(|f| (f.name, f.is_on))
            .collect();
        let fact = |name: &str, is_on| (name.to_owned(), is_on);
        assert_eq!(
            facts,
            [
                fact("type", true),
                fact("size", true),
                fact("unix.mode", false)
            ]
        );
        assert!(found.has("xcrc") && found.mlst());
        assert_eq!(features(&[]), Features::default());
        assert!(!features(&["MODE B"]).mode_z() && !features(&["AUTH GSSAPI"]).tls());
    }
}
