//! [`Builder`]: how to connect.

use netspeak_core::{Opening, Target};

use super::{Client, Settings};
use crate::RULES;
use crate::error::Result;
use crate::profile::Profile;

/// Sets how to connect; made by [`Client::builder`].
///
/// ```no_run
/// use netspeak_telnet::{Client, LineEnding, Profile};
///
/// # async fn example() -> netspeak_telnet::Result<()> {
/// let mut profile = Profile::default();
/// profile.terminal_types = vec!["VT220".to_owned()];
/// profile.line_ending = LineEnding::Cr;
/// let mut client = Client::builder()
///     .profile(profile)
///     .connect(&"telnet://switch.example.org".parse()?)
///     .await?;
/// client.read_until("Username:").await?;
/// client.write_line("admin").await?;
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug, Default)]
pub struct Builder {
    opening: Opening,
    settings: Settings,
}

impl Builder {
    netspeak_core::opening_setters!();
    netspeak_core::login_setters!();

    /// What we are, as far as the server is told.
    #[must_use]
    pub fn profile(mut self, profile: Profile) -> Self {
        self.settings.profile = profile;
        self
    }

    /// Connects, and logs in if there is somebody.
    ///
    /// # Errors
    /// Whatever went wrong on the way; [`Error::Usage`](crate::Error::Usage) for a URL that is not
    /// Telnet.
    pub async fn connect(self, target: &Target) -> Result<Client> {
        self.opening.connect(&RULES, target, &self.settings).await
    }
}
