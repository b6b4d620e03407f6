//! Listing a folder on both sides.

use super::board::{Taking, Work};
use super::local::{self, Root};
use super::{Job, Run};
use crate::client::Client;
use crate::client::tree::{LedTo, Links, remote_path, too_many_waiting};
use crate::error::{Error, Result};
use crate::mirror::{Content, Direction, Folder, Item, ItemKind, Presence, TreePath};

impl<F: Send + Sync> Job<F> {
    /// Lists a folder on both sides.
    pub(super) async fn list(
        &self,
        client: Option<&mut Client>,
        folder: &Folder,
    ) -> Result<Option<Work>> {
        if self.board.folders() > self.most_waiting {
            return Err(too_many_waiting(self.most_waiting));
        }
        let plan = &self.plan;
        let is_download = matches!(plan.options.direction, Direction::Download(_));
        let (there, here) = match is_download {
            true => (folder.source, folder.target),
            false => (folder.target, folder.source),
        };
        let there = match (there, client) {
            (Presence::Missing, _) => Content::default(),
            (Presence::There, None) => return Err(Error::Poisoned),
            (Presence::There, Some(client)) => {
                let mut content = client.content(&remote_path(b"", &folder.path)).await?;
                if is_download && plan.links == Links::Followed {
                    self.follow(client, &folder.path, &mut content).await?;
                }
                content
            }
        };
        let here = match here {
            Presence::Missing => Content::default(),
            Presence::There => self.local_content(folder, is_download).await?,
        };
        let (source, target) = match is_download {
            true => (there, here),
            false => (here, there),
        };
        let taking = match plan.run {
            Run::Real => Taking::Steps,
            Run::Dry => Taking::Nothing,
        };
        let board = &self.board;
        let chores = board.listed(folder.clone(), source, target, taking);
        Ok((!chores.is_empty()).then_some(Work::Settle(chores)))
    }

    async fn local_content(&self, folder: &Folder, is_download: bool) -> Result<Content> {
        let plan = &self.plan;
        let is_optional = is_download && folder.path == TreePath::ROOT;
        let root = match is_optional {
            true => Root::Optional,
            false => Root::Needed,
        };
        let mut content = local::content(self.local_path(&folder.path)?, root).await?;
        if !is_download && plan.links == Links::Followed {
            for item in links(&mut content) {
                let path = folder.path.join(&item.name);
                let target = local::led_to(self.local_path(&path)?, item.name.clone()).await?;
                if target.kind != ItemKind::Folder || self.board.follow(&path) {
                    *item = target;
                }
            }
        }
        Ok(content)
    }

    /// Takes the links of the server for what they lead to.
    async fn follow(
        &self,
        client: &mut Client,
        folder: &TreePath,
        content: &mut Content,
    ) -> Result<()> {
        for item in links(content) {
            let path = folder.join(&item.name);
            match client.led_to(&remote_path(b"", &path)).await? {
                LedTo::File(size) => {
                    item.kind = ItemKind::File;
                    item.size = Some(size);
                    // What the listing has is the time of the link.
                    item.modified = None;
                }
                LedTo::Elsewhere if self.board.follow(&path) => item.kind = ItemKind::Folder,
                LedTo::Elsewhere => {}
            }
        }
        Ok(())
    }
}

fn links(content: &mut Content) -> impl Iterator<Item = &mut Item> {
    let items = content.items.iter_mut();
    items.filter(|item| item.kind == ItemKind::Link)
}
