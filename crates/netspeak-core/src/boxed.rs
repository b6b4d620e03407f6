//! [`boxed`]: large pieces of work behind a pointer.

use std::pin::Pin;

/// Behind a pointer the work is compiled here, and not once more in each crate that calls it.
pub(crate) fn boxed<'a, T>(
    work: impl Future<Output = T> + Send + 'a,
) -> Pin<Box<dyn Future<Output = T> + Send + 'a>> {
    Box::pin(work)
}
