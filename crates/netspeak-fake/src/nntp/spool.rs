//! The groups and articles that a server keeps.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// All groups and articles of a server. Clones share them.
#[derive(Clone, Debug, Default)]
pub(super) struct Spool {
    state: Arc<Mutex<State>>,
}

#[derive(Debug, Default)]
struct State {
    groups: BTreeMap<String, Group>,
    by_id: BTreeMap<String, Arc<Article>>,
    filed: u64,
}

/// One group.
#[derive(Clone, Debug, Default)]
pub(super) struct Group {
    pub(super) description: String,
    pub(super) articles: BTreeMap<u64, Arc<Article>>,
    pub(super) high: u64,
}

impl Group {
    pub(super) fn low(&self) -> u64 {
        self.articles
            .keys()
            .next()
            .copied()
            .unwrap_or(self.high + 1)
    }
}

/// One article.
#[derive(Debug)]
pub(super) struct Article {
    pub(super) id: String,
    pub(super) bytes: Vec<u8>,
}

impl Article {
    /// Header and body, without the empty line between them.
    pub(super) fn parts(&self) -> (&[u8], &[u8]) {
        let end = self.bytes.windows(4).position(|four| four == b"\r\n\r\n");
        let Some(end) = end else {
            return (&self.bytes, &[]);
        };
        let head = self.bytes.get(..end + 2).unwrap_or_default();
        (head, self.bytes.get(end + 4..).unwrap_or_default())
    }

    /// The first field of this name, its lines as one.
    pub(super) fn field(&self, name: &str) -> Option<String> {
        field(self.parts().0, name)
    }
}

/// What became of an article.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Filed {
    Taken,
    Duplicate,
    NoSuchGroup,
}

impl Spool {
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn found(&self, name: &str, description: &str) {
        let mut state = self.state();
        let group = state.groups.entry(name.to_owned()).or_default();
        description.clone_into(&mut group.description);
    }

    pub(super) fn file(&self, bytes: &[u8]) -> Filed {
        let mut state = self.state();
        let article = Article {
            id: String::new(),
            bytes: bytes.to_vec(),
        };
        let groups = article.field("Newsgroups").unwrap_or_default();
        let groups: Vec<&str> = groups.split(',').map(str::trim).collect();
        if !groups.iter().any(|group| state.groups.contains_key(*group)) {
            return Filed::NoSuchGroup;
        }
        state.filed += 1;
        let own_id = article.field("Message-ID");
        let id = own_id.unwrap_or_else(|| format!("<{}@netspeak-fake.invalid>", state.filed));
        if state.by_id.contains_key(&id) {
            return Filed::Duplicate;
        }
        let article = Arc::new(Article { id, ..article });
        state.by_id.insert(article.id.clone(), Arc::clone(&article));
        for name in groups {
            if let Some(group) = state.groups.get_mut(name) {
                group.high += 1;
                group.articles.insert(group.high, Arc::clone(&article));
            }
        }
        Filed::Taken
    }

    pub(super) fn cancel(&self, group: &str, number: u64) {
        let mut state = self.state();
        let group = state.groups.get_mut(group);
        let article = group.and_then(|group| group.articles.remove(&number));
        if let Some(article) = article {
            state.by_id.remove(&article.id);
        }
    }

    pub(super) fn groups(&self) -> Vec<(String, Group)> {
        let state = self.state();
        let groups = state.groups.iter();
        groups
            .map(|(name, group)| (name.clone(), group.clone()))
            .collect()
    }

    pub(super) fn group(&self, name: &str) -> Option<Group> {
        self.state().groups.get(name).cloned()
    }

    pub(super) fn by_id(&self, id: &str) -> Option<Arc<Article>> {
        self.state().by_id.get(id).cloned()
    }

    pub(super) fn ids(&self) -> Vec<String> {
        self.state().by_id.keys().cloned().collect()
    }

    pub(super) fn articles(&self, group: &str) -> Vec<Vec<u8>> {
        let group = self.group(group).unwrap_or_default();
        let articles = group.articles.values();
        articles.map(|article| article.bytes.clone()).collect()
    }
}

fn field(head: &[u8], name: &str) -> Option<String> {
    let head = String::from_utf8_lossy(head)
        .replace("\r\n ", " ")
        .replace("\r\n\t", " ");
    head.split("\r\n").find_map(|line| {
        let (known, value) = line.split_once(':')?;
        known
            .eq_ignore_ascii_case(name)
            .then(|| value.trim().to_owned())
    })
}
