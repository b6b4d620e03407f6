//! Compose in either of its two forms: the plugin `docker compose`, or the older program `docker-compose`.

use std::path::PathBuf;
use std::process::Command;

use crate::servers::accounts::Accounts;
use crate::servers::{engine, passive};
use crate::{Outcome, process, workspace};

/// Container names differ between the two forms, so nothing here or in the tests relies on them.
const PROJECT: &str = "netspeak";

pub(super) struct Compose {
    words: &'static [&'static str],
}

impl Compose {
    fn find() -> Option<Self> {
        if process::succeeds(Command::new("docker").args(["compose", "version"])) {
            return Some(Self {
                words: &["docker", "compose"],
            });
        }
        process::succeeds(Command::new("docker-compose").arg("--version")).then_some(Self {
            words: &["docker-compose"],
        })
    }

    pub(super) fn find_or_install() -> Outcome<Self> {
        if let Some(found) = Self::find() {
            return Ok(found);
        }
        super::install("docker-compose")?;
        Self::find().ok_or_else(|| "docker-compose was installed and still does not answer".into())
    }

    /// Always new containers: yesterday's tests have deleted mail in the old ones.
    pub(super) fn up(&self, accounts: &Accounts) -> Outcome {
        let mut command = self.command(&["up", "--detach", "--force-recreate", "--remove-orphans"]);
        command.env("NETSPEAK_PROXY_USER", &accounts.proxy_user);
        command.env("NETSPEAK_PROXY_PASSWORD", &accounts.proxy_password);
        for (name, port) in passive::ranges()? {
            command.env(name, port.to_string());
        }
        process::output(&mut command).map(drop)
    }

    pub(super) fn down(&self) -> Outcome {
        process::output(&mut self.command(&[
            "down",
            "--volumes",
            "--remove-orphans",
            "--timeout",
            "3",
        ]))
        .map(drop)
    }

    pub(super) fn logs(&self, names: &[&str]) -> Outcome {
        process::run(self.command(&["logs"]).args(names))
    }

    pub(super) fn all_logs(&self) -> Outcome<String> {
        process::output(&mut self.command(&["logs", "--no-color", "--timestamps"]))
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let mut words = self.words.iter();
        let mut command = Command::new(words.next().unwrap_or(&"docker-compose"));
        command
            .args(words)
            .args(["--project-name", PROJECT, "--file"])
            .arg(file())
            .args(arguments);
        // compose.yml insists on having these, also where they change nothing.
        command.env("NETSPEAK_RUN", workspace::run_folder());
        command
            .env("NETSPEAK_PROXY_USER", "-")
            .env("NETSPEAK_PROXY_PASSWORD", "-");
        for name in passive::names() {
            command.env(name, "1");
        }
        command
    }
}

/// The identifier of a service's container, if it runs. Both forms of compose set these labels; asking Docker is
/// quicker than asking them.
pub(super) fn container(service: &str) -> Outcome<Option<String>> {
    let mut command = engine::docker();
    command.args(["ps", "--quiet", "--no-trunc"]);
    command
        .arg("--filter")
        .arg(format!("label=com.docker.compose.project={PROJECT}"));
    command
        .arg("--filter")
        .arg(format!("label=com.docker.compose.service={service}"));
    Ok(process::output(&mut command)?
        .lines()
        .next()
        .map(str::to_owned))
}

fn file() -> PathBuf {
    workspace::root().join("tests/servers/compose.yml")
}
