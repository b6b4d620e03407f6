//! What the verbs share about NNTP URLs: which groups and articles, and how to get there (RFC 5538).

use netspeak::core::{Error as CoreError, Target, percent_decode};
use netspeak::nntp::{ArticleRange, Client, GroupName, MessageId, Result};

use crate::args::ConnectArgs;
use crate::failure::Failure;

/// What a URL means.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Selection {
    /// `/`: the groups.
    Groups,
    /// `/group`, or `/group/3-9` of it.
    Group(GroupName, Option<ArticleRange>),
    /// `/id@host`, with or without angle brackets.
    Article(MessageId),
}

impl Selection {
    pub(super) fn of(target: &Target) -> Result<Self, CoreError> {
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

/// A session with the news server at this target.
pub(super) async fn session<T>(
    target: &Target,
    args: &ConnectArgs,
    work: impl AsyncFnOnce(&mut Client) -> Result<T, Failure>,
) -> Result<T, Failure> {
    let opening = args.opening(target)?;
    let connect = async |opening| Client::builder().opening(opening).connect(target).await;
    super::session::session(opening, connect, work).await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn urls_select_groups_and_articles() {
        let of = |url: &str| Selection::of(&url.parse().unwrap());
        let group = |name: &str, range| Selection::Group(name.parse().unwrap(), range);
        let id = Selection::Article("<a@b>".parse().unwrap());
        assert_eq!(of("nntp://h").unwrap(), Selection::Groups);
        assert_eq!(of("nntp://h/").unwrap(), Selection::Groups);
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
