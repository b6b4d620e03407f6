//! [`NntpPath`]: what a URL means (RFC 5538).

use netspeak_core::{Error as CoreError, Target, percent_decode};

use super::{ArticleRange, GroupName, MessageId};

/// Which groups and articles an `nntp` or `news` URL means (RFC 5538).
///
/// ```
/// use netspeak_nntp::NntpPath;
///
/// # fn main() -> netspeak_nntp::Result<()> {
/// assert!(matches!(NntpPath::of(&"nntp://h/misc.test/3-9".parse()?)?, NntpPath::Group(_, Some(_))));
/// assert!(matches!(NntpPath::of(&"news://h/1@x".parse()?)?, NntpPath::Article(_)));
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum NntpPath {
    /// `/`: the groups.
    Groups,
    /// `/group`, or `/group/3-9` of it.
    Group(GroupName, Option<ArticleRange>),
    /// `/id@host`, with or without angle brackets.
    Article(MessageId),
}

impl NntpPath {
    /// What a URL means.
    ///
    /// # Errors
    /// [`Usage`](crate::Error::Usage) for what is neither.
    pub fn of(target: &Target) -> Result<Self, CoreError> {
        let path = percent_decode("path", target.path())?;
        let path = path.trim_start_matches('/');
        if path.is_empty() {
            return Ok(Self::Groups);
        }
        if path.contains('@') || path.starts_with('<') {
            return path.parse().map(Self::Article);
        }
        let (group, range) = match path.split_once('/') {
            Some((group, "")) => (group, None),
            Some((group, range)) => (group, Some(range.parse()?)),
            None => (path, None),
        };
        Ok(Self::Group(group.parse()?, range))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn urls_select_groups_and_articles() {
        let of = |url: &str| NntpPath::of(&url.parse().unwrap());
        let group = |name: &str, range| NntpPath::Group(name.parse().unwrap(), range);
        let id = NntpPath::Article("<a@b>".parse().unwrap());
        assert_eq!(of("nntp://h").unwrap(), NntpPath::Groups);
        assert_eq!(of("nntp://h/").unwrap(), NntpPath::Groups);
        assert_eq!(of("nntp://h/misc.test").unwrap(), group("misc.test", None));
        assert_eq!(of("nntp://h/misc.test/").unwrap(), group("misc.test", None));
        let range = Some(ArticleRange::Between(3, 9));
        assert_eq!(
            of("nntp://h/misc.test/3-9").unwrap(),
            group("misc.test", range)
        );
        for url in ["nntp://h/a@b", "nntp://h/<a@b>", "nntp://h/%3Ca@b%3E"] {
            assert_eq!(of(url).unwrap(), id, "{url}");
        }
        for bad in ["misc.test/x", "a%20b", "a%0D%0AQUIT", "<a", "a@b%20c"] {
            assert!(of(&format!("nntp://h/{bad}")).is_err(), "{bad}");
        }
    }
}
