//! Quotas: GETQUOTA, GETQUOTAROOT, SETQUOTA (RFC 9208, RFC 2087).

use netspeak_core::{Budget, ErrorKind, Phase, Reason};

use super::Client;
use super::mailbox::untold;
use crate::command::{Command, QuotaCommand};
use crate::error::{Error, Result};
use crate::response::{Quota, QuotaRoot, Untagged};
use crate::types::{Mailbox, Text};

/// The limits that a mailbox has.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct MailboxQuota {
    /// The names of its roots.
    pub roots: Vec<Text>,
    /// What is limited in each.
    pub quotas: Vec<Quota>,
}

impl MailboxQuota {
    /// What is told of a resource in any of the roots, by its name in any case.
    pub fn resource(&self, name: &str) -> Option<&crate::response::Resource> {
        self.quotas.iter().find_map(|quota| quota.resource(name))
    }
}

impl Client {
    /// GETQUOTA: what is limited in a root, and what is used of it (RFC 9208 section 4.1.1).
    ///
    /// # Errors
    /// `work.not_offered` if the server has no QUOTA: nothing is sent then; `work.not_found`, `work.denied`,
    /// `work.rejected`; `proto.malformed` for numbers beyond 64 bits; network errors.
    pub async fn get_quota(&mut self, root: impl Into<Text>) -> Result<Quota> {
        self.needs_quota().await?;
        let root = root.into();
        let told = self.ask_quota(&QuotaCommand::Get(&root)).await?;
        let mut quotas = told.quotas.into_iter();
        quotas
            .find(|quota| quota.root == root)
            .ok_or_else(|| untold("GETQUOTA"))
    }

    /// GETQUOTAROOT: which roots a mailbox has, and what is limited in them (RFC 9208 section 4.1.2).
    ///
    /// # Errors
    /// As [`get_quota`](Self::get_quota).
    pub async fn get_quota_root(&mut self, mailbox: &Mailbox) -> Result<MailboxQuota> {
        self.needs_quota().await?;
        self.ask_quota(&QuotaCommand::GetRoot(mailbox)).await
    }

    /// SETQUOTA: limits resources of a root, such as `STORAGE` in units of 1024 octets; what is not named is not
    /// limited any more (RFC 9208 section 4.1.3). What is limited now, where the server tells.
    ///
    /// # Errors
    /// As [`get_quota`](Self::get_quota); [`Error::Usage`] for a limit beyond 63 bits; `work.not_offered` also for a
    /// resource that the server does not limit (`QUOTA=RES-...`).
    pub async fn set_quota(
        &mut self,
        root: impl Into<Text>,
        limits: &[(&str, u64)],
    ) -> Result<Option<Quota>> {
        self.needs_quota().await?;
        let offered = self.known_capabilities().await?.quota_resources();
        let resources: Vec<String> = offered.into_iter().map(str::to_owned).collect();
        // Before RFC 9208 there was no word for it.
        if !resources.is_empty() {
            self.needs_any(&["QUOTASET"]).await?;
        }
        let is_known = |name: &str| resources.iter().any(|it| it.eq_ignore_ascii_case(name));
        let unknown = limits.iter().find(|(name, _)| !is_known(name));
        if let Some((name, _)) = unknown.filter(|_| !resources.is_empty()) {
            return Err(Error::unsupported(
                format!("QUOTA=RES-{name}"),
                ErrorKind::new(Phase::Work, Reason::NotOffered),
            ));
        }
        let root = root.into();
        let told = self.ask_quota(&QuotaCommand::Set(&root, limits)).await?;
        Ok(told.quotas.into_iter().find(|quota| quota.root == root))
    }

    async fn needs_quota(&mut self) -> Result<()> {
        let offered = self.known_capabilities().await?;
        if !offered.quota_resources().is_empty() {
            return Ok(());
        }
        self.needs_any(&["QUOTA"]).await
    }

    async fn ask_quota(&mut self, command: &QuotaCommand<'_>) -> Result<MailboxQuota> {
        let mut budget = Budget::of_listing(self.conn.limits());
        let mut told = MailboxQuota::default();
        let (mut beyond, mut over) = (None, None);
        let asked = Command::Quota(command.clone());
        self.ask(&asked, Phase::Work, |untagged| match untagged {
            Untagged::QuotaRoot(QuotaRoot { mailbox, roots }) => match command {
                QuotaCommand::GetRoot(wanted) if **wanted == mailbox => {
                    told.roots = roots;
                    None
                }
                _ => Some(Untagged::QuotaRoot(QuotaRoot { mailbox, roots })),
            },
            Untagged::Quota(quota) => {
                match budget.spend(size(&quota)) {
                    Ok(()) => {
                        beyond = beyond.take().or_else(|| quota.beyond.first().cloned());
                        told.quotas.push(quota);
                    }
                    Err(error) => over = Some(error),
                }
                None
            }
            other => Some(other),
        })
        .await?;
        if let Some(error) = over {
            return Err(error.into());
        }
        match beyond {
            Some(name) => Err(Error::malformed(
                format!("numbers of at most 64 bits in {}", asked.verb()),
                name.as_bytes(),
            )),
            None => Ok(told),
        }
    }
}

/// What it takes in memory.
fn size(quota: &Quota) -> usize {
    let names = quota.resources.iter().map(|resource| &resource.name);
    let names = names.chain(&quota.beyond).map(|name| name.len() + 64);
    names.fold(quota.root.len(), usize::saturating_add)
}
