//! The Docker engine: is it there, build an image, ask about a container.

use std::process::Command;

use crate::{Outcome, process, workspace};

/// On every image that is built here.
const LABEL: &str = "netspeak.test";

pub(super) fn docker() -> Command {
    Command::new("docker")
}

pub(crate) fn is_running() -> bool {
    process::succeeds(docker().arg("info"))
}

pub(super) fn require() -> Outcome {
    if is_running() {
        return Ok(());
    }
    Err(if process::succeeds(docker().arg("--version")) {
        "no Docker engine answers; start it:\n    dockerd >dockerd.log 2>&1 &      (or: systemctl start docker)".into()
    } else {
        "Docker is not installed; on Debian, as root:\n    apt-get update && apt-get install -y docker.io docker-compose"
            .into()
    })
}

/// Builds with the host's own way out (`--network=host`, its proxies), because apt works there.
pub(super) fn build(name: &str) -> Outcome {
    let mut command = docker();
    command.args(["build", "--quiet", "--rm", "--force-rm", "--network=host"]);
    for variable in [
        "http_proxy",
        "https_proxy",
        "no_proxy",
        "HTTP_PROXY",
        "HTTPS_PROXY",
        "NO_PROXY",
    ] {
        if workspace::environment(variable).is_some() {
            // Without a value Docker takes it from our environment, and it is in no process list.
            command.args(["--build-arg", variable]);
        }
    }
    command.args(["--label", LABEL]);
    command.arg("--tag").arg(format!("netspeak-test-{name}"));
    command.arg(workspace::root().join("tests/servers").join(name));
    process::output(&mut command).map(drop)
}

/// What an earlier build had left behind under no name; only ours.
pub(super) fn prune() -> Outcome {
    let filter = format!("label={LABEL}");
    process::output(docker().args(["image", "prune", "--force", "--filter", &filter])).map(drop)
}

pub(super) fn inspect(container: &str, format: &str) -> Outcome<String> {
    let mut command = docker();
    command.args(["inspect", "--format", format, container]);
    Ok(process::output(&mut command)?.trim().to_owned())
}

/// The container's own address, which the host reaches without a published port.
pub(super) fn address(container: &str) -> Outcome<String> {
    inspect(
        container,
        "{{range .NetworkSettings.Networks}}{{.IPAddress}}{{end}}",
    )
}

/// The same for IPv6.
pub(super) fn address_v6(container: &str) -> Outcome<String> {
    inspect(
        container,
        "{{range .NetworkSettings.Networks}}{{.GlobalIPv6Address}}{{end}}",
    )
}
