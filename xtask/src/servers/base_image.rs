//! The image that all others stand on. Pulled where a registry answers, else made here from Debian packages.

use std::fs::{self, File};
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Duration;

use crate::servers::{apt, engine};
use crate::{Outcome, process, workspace};

const IMAGE: &str = "debian:bookworm-slim";
const PATIENCE: Duration = Duration::from_secs(120);
const RELEASE: &str = "bookworm";
/// What Debian and its relatives keep of the authorities they trust, those of the administrator included.
const AUTHORITIES: &str = "etc/ssl/certs/ca-certificates.crt";

pub(super) fn ensure() -> Outcome {
    if process::succeeds(engine::docker().args(["image", "inspect", IMAGE])) {
        return Ok(());
    }
    println!("servers: pulling {IMAGE}");
    // Enough for 30 MB on a slow line; a registry that is not there mostly fails at once, and else is not waited for.
    if process::succeeds_within(engine::docker().args(["pull", "--quiet", IMAGE]), PATIENCE) {
        return Ok(());
    }
    println!("servers: no registry answers; making {IMAGE} with debootstrap (about half a minute)");
    make()
}

fn make() -> Outcome {
    let sources = apt::of_release(&apt::sources(), RELEASE);
    let Some(archive) = sources.first().filter(|source| source.suite == RELEASE) else {
        return Err(format!(
            "{IMAGE} can't be pulled, and this machine's apt has no source for Debian {RELEASE} to make it from; \
             load the image (docker load) or add such a source, then try again"
        ));
    };
    if !process::is_root() {
        return Err(format!(
            "{IMAGE} can't be pulled, and only root may make it; run once:\n    sudo sh -c 'apt-get update && \
             apt-get install -y debootstrap && debootstrap --variant=minbase {RELEASE} /tmp/base {} && \
             tar -C /tmp/base -c . | docker import - {IMAGE}'",
            archive.uri
        ));
    }
    if !process::succeeds(Command::new("sh").args(["-c", "command -v debootstrap"])) {
        super::install("debootstrap")?;
    }
    super::step("base image", || {
        let folder = workspace::run_folder().join("base");
        let made = fill(&folder, &archive.uri, &sources).and_then(|()| import(&folder));
        made.and(workspace::remove(&folder))
    })
}

fn fill(folder: &Path, mirror: &str, sources: &[apt::Source]) -> Outcome {
    workspace::remove(folder)?;
    let encrypted = sources
        .iter()
        .any(|source| source.uri.starts_with("https:"));
    let mut command = Command::new("debootstrap");
    command.arg("--variant=minbase");
    if encrypted {
        command.arg("--include=ca-certificates");
    }
    let settings = apt::settings()?;
    if let Some(proxy) =
        apt::proxy(&settings).filter(|_| workspace::environment("http_proxy").is_none())
    {
        command.env("http_proxy", proxy);
    }
    process::output(command.arg(RELEASE).arg(folder).arg(mirror))?;

    let lines: String = sources
        .iter()
        .map(|source| format!("{}\n", source.line()))
        .collect();
    workspace::write(&folder.join("etc/apt/sources.list"), lines)?;
    workspace::write(&folder.join("etc/apt/apt.conf.d/90host"), settings)?;
    if encrypted {
        let ours = Path::new("/").join(AUTHORITIES);
        fs::copy(&ours, folder.join(AUTHORITIES))
            .map_err(|error| format!("{}: {error}", ours.display()))?;
    }
    // Packages and lists that were needed only to get here.
    let archives = folder.join("var/cache/apt/archives");
    for unneeded in [archives, folder.join("var/lib/apt/lists")] {
        workspace::remove(&unneeded)?;
        fs::create_dir_all(unneeded.join("partial"))
            .map_err(|error| format!("{}: {error}", unneeded.display()))?;
    }
    Ok(())
}

/// `docker import` reads an archive; CMD is lost on the way and given again.
fn import(folder: &Path) -> Outcome {
    let archive = folder.with_extension("tar");
    process::output(
        Command::new("tar")
            .arg("-C")
            .arg(folder)
            .arg("-cf")
            .arg(&archive)
            .arg("."),
    )?;
    let input = File::open(&archive).map_err(|error| format!("{}: {error}", archive.display()))?;
    let imported = engine::docker()
        .args(["import", "--change", "CMD [\"bash\"]", "-", IMAGE])
        .stdin(Stdio::from(input))
        .stdout(Stdio::null())
        .status();
    let _ = fs::remove_file(&archive);
    match imported {
        Ok(status) if status.success() => Ok(()),
        Ok(status) => Err(format!("docker import failed ({status})")),
        Err(error) => Err(format!("docker import: {error}")),
    }
}
