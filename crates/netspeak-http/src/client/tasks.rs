//! [`Tasks`]: who owns the tasks that drive connections.

use std::sync::{Arc, Mutex, PoisonError, Weak};

use tokio::task::JoinSet;

/// The tasks of a client's connections. They end with their last owner: the client and the answers that
/// are still being read.
#[derive(Clone, Debug, Default)]
pub(super) struct Tasks(Arc<Mutex<JoinSet<()>>>);

/// Begins tasks for as long as their owner is there. The tasks themselves hold one, so it owns nothing.
#[derive(Clone, Debug)]
pub(super) struct Spawner(Weak<Mutex<JoinSet<()>>>);

impl Tasks {
    pub(super) fn spawner(&self) -> Spawner {
        Spawner(Arc::downgrade(&self.0))
    }
}

impl<F> hyper::rt::Executor<F> for Spawner
where
    F: Future<Output = ()> + Send + 'static,
{
    fn execute(&self, task: F) {
        if let Some(owner) = self.0.upgrade() {
            let mut tasks = owner.lock().unwrap_or_else(PoisonError::into_inner);
            while tasks.try_join_next().is_some() {}
            tasks.spawn(task);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use hyper::rt::Executor as _;

    #[tokio::test]
    async fn tasks_end_with_their_owner() {
        let (held, mut freed) = tokio::sync::mpsc::channel::<()>(1);
        let tasks = Tasks::default();
        let spawner = tasks.spawner();
        spawner.execute(async move {
            std::future::pending::<()>().await;
            drop(held);
        });
        tokio::task::yield_now().await;
        assert!(freed.try_recv().is_err());
        drop(tasks);
        assert!(freed.recv().await.is_none());
        spawner.execute(async { unreachable!("nobody owns it") });
        tokio::task::yield_now().await;
    }
}
