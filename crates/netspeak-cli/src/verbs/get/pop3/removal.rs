//! Deletes from a maildrop what was fetched from it.

use netspeak::core::{Opening, Target};
use netspeak::pop3::{Client, Deletion, UniqueId};

use super::super::messages::Refused;
use crate::failure::Failure;
use crate::output;
use crate::verbs::maildrop;
use crate::verbs::work_failed;

/// Deletes messages by their ids, in a session of its own. What is not there any more is no fault; one that the
/// server does not delete keeps no other back.
pub(in super::super) async fn remove(
    target: &Target,
    opening: Opening,
    ids: &[UniqueId],
) -> Result<(), Failure> {
    maildrop::session_by(opening, target, async |client| mark(client, ids).await).await
}

async fn mark(client: &mut Client, ids: &[UniqueId]) -> Result<(), Failure> {
    let mut marked = Ok(());
    for (id, deletion) in ids.iter().zip(client.dele_by_uid(ids).await?) {
        match deletion {
            Deletion::Failed(error) => {
                marked = Err(Refused::new(format!("message {id}"), error).told(output::say));
            }
            Deletion::Ambiguous => {
                let several = work_failed("several messages have this unique id: none was deleted");
                marked = Err(Refused::new(format!("message {id}"), several).told(output::say));
            }
            _ => {}
        }
    }
    marked
}
