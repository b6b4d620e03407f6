//! [`Inquiry`]: a probe of a protocol whose servers wait to be asked.

use super::probe::Probe;
use crate::error::{Error, Reply};
use crate::target::Target;

/// How servers that do not greet are probed, for [`Probe::inquire`].
pub trait Inquiry {
    /// What such a server can answer.
    type Reply: Reply;

    /// Connects ([`Probe::connect`]), asks as far as [`Probe::wants`] it, and notes in the report what came.
    ///
    /// # Errors
    /// Why the probe failed.
    fn ask(
        probe: &mut Probe<'_>,
        target: &Target,
    ) -> impl Future<Output = Result<(), Error<Self::Reply>>> + Send;
}
