//! THREAD (RFC 5256): ORDEREDSUBJECT, and REFERENCES without its fifth step, which gathers threads by their subjects.

use std::collections::{BTreeMap, HashMap};

use crate::imap::arguments::Arg;
use crate::imap::fetch::By;
use crate::imap::reply::{Done, bad, ok, syntax};
use crate::imap::search::charset;
use crate::imap::search::sort::{date, field};
use crate::imap::search::subject::base;
use crate::imap::session::Session;
use crate::mailstore::Message;

/// How deep a thread goes; what would lie deeper begins another one.
const DEEPEST: usize = 100;

/// A message among others, or the place of one that is not there.
#[derive(Debug, Default)]
struct Node {
    /// Its UID, and when it was sent.
    message: Option<(u32, i64)>,
    parent: Option<usize>,
    children: Vec<usize>,
}

/// What is known of a message.
struct Letter {
    uid: u32,
    date: i64,
    subject: String,
    id: String,
    references: Vec<String>,
}

impl Session<'_> {
    pub(in crate::imap) fn thread(&mut self, by: By, arguments: &[Arg]) -> Done {
        let [algorithm, name, rest @ ..] = arguments else {
            return Err(syntax());
        };
        let algorithm = algorithm.word().ok_or_else(syntax)?;
        if !matches!(algorithm.as_str(), "ORDEREDSUBJECT" | "REFERENCES") {
            return Err(bad("no such algorithm"));
        }
        self.needs(&format!("THREAD={algorithm}"))?;
        charset(name)?;
        let found = self.look(by, rest)?;
        let letters: Vec<Letter> = self.in_mailbox(|mailbox, _| {
            let uids = found.uids.iter();
            let there = uids.filter_map(|uid| Some((*uid, mailbox.get(*uid)?)));
            there.map(|(uid, message)| letter(uid, message)).collect()
        })?;
        let (nodes, roots) = match algorithm.as_str() {
            "REFERENCES" => by_references(&letters),
            _ => by_subject(&letters),
        };
        let told = |uid: u32| match by {
            By::Uid => Some(uid),
            By::Number => self.numbers(&[uid]).first().copied(),
        };
        let threads: Vec<String> = roots
            .iter()
            .map(|root| format!("({})", written(&nodes, *root, &told, 0)))
            .collect();
        let threads = threads.concat();
        self.data.line(format!("THREAD {threads}").trim_end());
        Ok(ok("that is all"))
    }
}

fn letter(uid: u32, message: &Message) -> Letter {
    let ids = |name: &str| -> Vec<String> {
        let text = field(message, name);
        let found = text.split_whitespace().filter(|word| word.starts_with('<'));
        found.map(str::to_owned).collect()
    };
    let mut references = ids("References");
    if references.is_empty() {
        references.extend(ids("In-Reply-To").into_iter().take(1));
    }
    Letter {
        uid,
        date: date(message),
        subject: base(&field(message, "Subject")),
        id: ids("Message-ID")
            .into_iter()
            .next()
            .unwrap_or_else(|| format!("uid {uid}")),
        references,
    }
}

/// One thread for each subject; in it the first message, and all others below that.
fn by_subject(letters: &[Letter]) -> (Vec<Node>, Vec<usize>) {
    let mut subjects: BTreeMap<&str, Vec<(i64, u32)>> = BTreeMap::new();
    for letter in letters {
        let thread = subjects.entry(&letter.subject).or_default();
        thread.push((letter.date, letter.uid));
    }
    let mut threads: Vec<Vec<(i64, u32)>> = subjects.into_values().collect();
    for thread in &mut threads {
        thread.sort_unstable();
    }
    threads.sort_unstable();
    let (mut nodes, mut roots) = (Vec::new(), Vec::new());
    for thread in threads {
        let root = nodes.len();
        roots.push(root);
        for (index, (date, uid)) in thread.iter().enumerate() {
            nodes.push(Node {
                message: Some((*uid, *date)),
                parent: (index > 0).then_some(root),
                children: match index {
                    0 => (root + 1..root + thread.len()).collect(),
                    _ => Vec::new(),
                },
            });
        }
    }
    (nodes, roots)
}

fn by_references(letters: &[Letter]) -> (Vec<Node>, Vec<usize>) {
    let mut nodes: Vec<Node> = Vec::new();
    let mut places: HashMap<&str, usize> = HashMap::new();
    for letter in letters {
        let mut parent = None;
        for id in &letter.references {
            let place = place(&mut nodes, &mut places, id);
            if parent.is_some() && nodes.get(place).is_some_and(|node| node.parent.is_none()) {
                link(&mut nodes, parent, place);
            }
            parent = Some(place);
        }
        let mut own = place(&mut nodes, &mut places, &letter.id);
        if nodes.get(own).is_some_and(|node| node.message.is_some()) {
            // Two messages with one id are two messages.
            own = nodes.len();
            nodes.push(Node::default());
        }
        if let Some(node) = nodes.get_mut(own) {
            node.message = Some((letter.uid, letter.date));
        }
        link(&mut nodes, parent, own);
    }
    for index in 0..nodes.len() {
        if let Some(parent) = nodes.get(index).and_then(|node| node.parent)
            && let Some(parent) = nodes.get_mut(parent)
        {
            parent.children.push(index);
        }
    }
    let tops = (0..nodes.len()).filter(|index| {
        let node = nodes.get(*index);
        node.is_some_and(|node| node.parent.is_none())
    });
    let mut roots: Vec<usize> = tops.collect();
    roots.retain(|root| first_date(&nodes, *root, 0).is_some());
    roots.sort_by_key(|root| first_date(&nodes, *root, 0));
    (nodes, roots)
}

/// Where the message of this id is, or will be.
fn place<'a>(nodes: &mut Vec<Node>, places: &mut HashMap<&'a str, usize>, id: &'a str) -> usize {
    *places.entry(id).or_insert_with(|| {
        nodes.push(Node::default());
        nodes.len() - 1
    })
}

/// Puts a node below another one, unless that would make a ring or a thread too deep.
fn link(nodes: &mut [Node], parent: Option<usize>, child: usize) {
    let mut above = parent;
    for _ in 0..DEEPEST {
        match above {
            None => {
                if let Some(node) = nodes.get_mut(child) {
                    node.parent = parent;
                }
                return;
            }
            Some(place) if place == child => return,
            Some(place) => above = nodes.get(place).and_then(|node| node.parent),
        }
    }
}

/// When the first message of a thread was sent; `None` if there is none.
fn first_date(nodes: &[Node], root: usize, depth: usize) -> Option<i64> {
    let node = nodes.get(root).filter(|_| depth <= 2 * DEEPEST)?;
    match node.message {
        Some((_, date)) => Some(date),
        None => {
            let children = node.children.iter();
            children
                .filter_map(|child| first_date(nodes, *child, depth + 1))
                .min()
        }
    }
}

/// A thread without its outer parentheses.
fn written(
    nodes: &[Node],
    root: usize,
    told: &impl Fn(u32) -> Option<u32>,
    depth: usize,
) -> String {
    let Some(node) = nodes.get(root).filter(|_| depth <= 2 * DEEPEST) else {
        return String::new();
    };
    let own = node.message.and_then(|(uid, _)| told(uid));
    let mut children = node.children.clone();
    children.retain(|child| first_date(nodes, *child, 0).is_some());
    children.sort_by_key(|child| first_date(nodes, *child, 0));
    let below: Vec<String> = children
        .iter()
        .map(|child| written(nodes, *child, told, depth + 1))
        .collect();
    let below = match below.as_slice() {
        [one] => one.clone(),
        several => several.iter().map(|one| format!("({one})")).collect(),
    };
    match own {
        None => below,
        Some(own) if below.is_empty() => own.to_string(),
        Some(own) => format!("{own} {below}"),
    }
}
