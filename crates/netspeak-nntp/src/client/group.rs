//! Verbs about where we are: GROUP, LISTGROUP, NEXT, LAST, STAT.

use super::Client;
use crate::command::Command;
use crate::error::{Error, Result};
use crate::response::{Found, Reply, article_number, found, group};
use crate::types::{ArticleRange, Group, GroupName, Which};

impl Client {
    /// GROUP: selects a group (RFC 3977 section 6.1.1).
    ///
    /// # Errors
    /// `work.not_found` if there is no such group, `proto.malformed` if the answer has no numbers.
    pub async fn group(&mut self, name: &GroupName) -> Result<Group> {
        let reply = self.simple(&Command::Group(name)).await?;
        self.group = Some(name.clone());
        Ok(group(&reply)?)
    }

    /// LISTGROUP: selects a group, and lists the numbers of its articles, of all or of a range (RFC
    /// 3977 section 6.1.2).
    ///
    /// # Errors
    /// `work.not_found` if there is no such group; [`Error::Limit`] for a list without end.
    pub async fn listgroup(
        &mut self,
        name: &GroupName,
        range: Option<ArticleRange>,
    ) -> Result<Vec<u64>> {
        self.begun(&Command::ListGroup(Some((name, range)))).await?;
        self.group = Some(name.clone());
        let mut numbers = Vec::new();
        while let Some(line) = self.line().await? {
            numbers.extend(article_number(self.bytes_of(&line)));
        }
        Ok(numbers)
    }

    /// STAT: is there such an article (RFC 3977 section 6.2.4)? By its number it is selected as well.
    ///
    /// # Errors
    /// `work.not_found` if there is none.
    pub async fn stat(&mut self, which: impl Into<Which>) -> Result<Found> {
        let which = which.into();
        let reply = self.simple(&Command::Stat(&which)).await?;
        right_one(&which, &reply)
    }

    /// NEXT: selects the next article (RFC 3977 section 6.1.4); `None` at the last one.
    ///
    /// # Errors
    /// `work.rejected` without a group, `work.not_found` in an empty one.
    pub async fn next_article(&mut self) -> Result<Option<Found>> {
        self.step(&Command::Next).await
    }

    /// LAST: selects the article before (RFC 3977 section 6.1.3); `None` at the first one.
    ///
    /// # Errors
    /// As [`next_article`](Self::next_article).
    pub async fn last_article(&mut self) -> Result<Option<Found>> {
        self.step(&Command::Last).await
    }

    async fn step(&mut self, command: &Command<'_>) -> Result<Option<Found>> {
        match self.simple(command).await {
            Ok(reply) => Ok(Some(found(&reply))),
            Err(Error::Refused { reply, .. }) if matches!(reply.code(), 421 | 422) => Ok(None),
            Err(error) => Err(error),
        }
    }
}

/// What a reply says about the article that was asked for.
///
/// # Errors
/// `proto.malformed` if it is about another one: its text is not to be used.
pub(super) fn right_one(which: &Which, reply: &Reply) -> Result<Found> {
    let found = found(reply);
    let is_right = match which {
        Which::Current => true,
        Which::Number(number) => found.number.is_none_or(|found| found == *number),
        Which::Id(id) => found.id.as_ref().is_none_or(|found| found == id),
    };
    if is_right {
        Ok(found)
    } else {
        Err(Error::malformed(format!("article {which}"), reply.raw()))
    }
}
