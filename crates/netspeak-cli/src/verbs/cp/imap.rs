//! `cp` over IMAP: the messages of a mailbox into one of another server, each once.

use netspeak::core::text::printable;
use netspeak::core::{ErrorKind, Phase, Reason, Target};
use netspeak::imap::{Client, CopyTally, Copying, Fate, IdSet, ImapPath, Mailbox};

use super::{Cp, Order};
use crate::args::CpArgs;
use crate::exit;
use crate::failure::Failure;
use crate::output;
use crate::render::progress::{Bar, Data};
use crate::verbs::mailbox;
use crate::verbs::row::Row;
use crate::verbs::session::session;

pub(super) const ROW: Row<Cp> = Row {
    protocol: "imap",
    urls: &[
        (
            "imaps://a/Box imaps://b/Box",
            "the messages of a mailbox that are not there yet",
        ),
        ("imaps://a/Box;UID=3:9 ...", "those with these UIDs"),
        ("imaps://a/Box?UNSEEN ...", "those that a search finds"),
    ],
    run: |order| Box::pin(cp(order)),
};

async fn cp(order: Order<'_>) -> Result<(), Failure> {
    let Order { from, to, args } = order;
    if args.connect.unix_socket.is_some() {
        return Err(Failure::usage(
            "--unix-socket is for one server, and cp has two",
        ));
    }
    let place = ImapPath::of(from)?;
    if place.section.is_some() || place.partial.is_some() {
        return Err(Failure::usage(
            "messages are copied whole: leave out ;SECTION= and ;PARTIAL=",
        ));
    }
    let there = ImapPath::of(to)?;
    let is_mailbox = there.uids.is_none() && there.search.is_none() && there.section.is_none();
    let Some(there) = there.mailbox.filter(|_| is_mailbox) else {
        return Err(Failure::usage(
            "copies go into a mailbox: write imaps://host/Mailbox as the second URL",
        ));
    };
    mailbox::session(from, &args.connect, async |source| {
        let which = mailbox::messages(source, &place).await?;
        at_target(to, args, async |target| {
            make_sure_of(target, &there).await?;
            // None is not all.
            copy(source, &which.unwrap_or_default(), target, &there).await
        })
        .await
    })
    .await
}

/// A session where the copy goes.
async fn at_target(
    to: &Target,
    args: &CpArgs,
    work: impl AsyncFnOnce(&mut Client) -> Result<(), Failure>,
) -> Result<(), Failure> {
    let opening = args.connect_to_target().opening(to)?;
    if opening.credentials.is_none() {
        return Err(Failure::usage(
            "the owner of the mailbox that is copied to is missing: give --to-user",
        ));
    }
    let connect = async |opening| Client::builder().opening(opening).connect(to).await;
    session(opening, connect, work).await
}

/// Makes the mailbox where there is none. It is subscribed to then, if the server has such a thing.
async fn make_sure_of(target: &mut Client, there: &Mailbox) -> Result<(), Failure> {
    const MISSING: ErrorKind = ErrorKind::new(Phase::Work, Reason::NotFound);
    match target.examine(there).await {
        Err(error) if error.kind() == MISSING => {}
        Err(error) => return Err(error.into()),
        Ok(_) => return Ok(()),
    }
    target.create(there).await?;
    match target.subscribe(there).await {
        Err(error) if target.conn().is_busy() => Err(error.into()),
        _ => Ok(()),
    }
}

async fn copy(
    source: &mut Client,
    which: &IdSet,
    target: &mut Client,
    there: &Mailbox,
) -> Result<(), Failure> {
    let name = source.selected().map(|it| it.mailbox.to_string());
    let name = printable(name.unwrap_or_default().as_bytes());
    let mut progress = Progress::default();
    let copied = source
        .copy_to(which, target, there, |told| progress.take(&name, told))
        .await;
    progress.bar = None;
    progress.sum_up();
    match copied {
        Ok(_) => progress.judge(),
        // Once more, and the rest is copied.
        Err(error) if progress.tally.copied > 0 => {
            Err(Failure::from(error).with_code(Some(exit::PARTIAL)))
        }
        Err(error) => Err(error.into()),
    }
}

/// How far it is, also if it goes no further.
#[derive(Default)]
struct Progress {
    bar: Option<Bar>,
    tally: CopyTally,
    /// Why the first message was refused.
    refusal: Option<(ErrorKind, String)>,
}

impl Progress {
    fn take(&mut self, name: &str, told: Copying) {
        match told {
            Copying::Planned { octets, .. } => {
                self.bar = Some(Bar::new(name, 0, Some(octets), Data::Elsewhere));
            }
            Copying::Moved(octets) => {
                if let Some(bar) = &self.bar {
                    bar.add(usize::try_from(octets).unwrap_or(usize::MAX));
                }
            }
            Copying::Message { uid, fate } => self.count(&format!("{name};UID={uid}"), fate),
            _ => {}
        }
    }

    fn count(&mut self, message: &str, fate: Fate) {
        match fate {
            Fate::Copied(_) => self.tally.copied += 1,
            Fate::There => self.tally.there += 1,
            Fate::Gone => self.tally.gone += 1,
            Fate::Refused(error) => {
                self.tally.refused += 1;
                let line = format!("{message}: {error}");
                match &self.bar {
                    Some(bar) => bar.say(&line),
                    None => output::say(&line),
                }
                self.refusal.get_or_insert((error.kind(), line));
            }
            _ => {}
        }
    }

    fn sum_up(&self) {
        let CopyTally {
            copied,
            there,
            refused,
            gone,
            ..
        } = self.tally;
        output::say(&format!(
            "{copied} copied, {there} there before, {refused} refused, {gone} gone meanwhile"
        ));
    }

    /// What was refused is a failure, of a part if there was more.
    fn judge(self) -> Result<(), Failure> {
        let Some((kind, first)) = self.refusal else {
            return Ok(());
        };
        let others = self.tally.copied + self.tally.there;
        let what = format!("{} were refused; the first: {first}", self.tally.refused);
        Err(Failure::partial(kind, what).with_code((others > 0).then_some(exit::PARTIAL)))
    }
}
