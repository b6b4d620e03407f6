//! `cargo xtask certs`: a certification authority for one run, and what it signs.
//!
//! | file | what it is |
//! |---|---|
//! | `ca.pem` | the root that tests trust |
//! | `server.chain.pem`, `server.key` | for localhost, 127.0.0.1, ::1 and the servers' names; signed by an intermediate |
//! | `server.pem` | the same without its intermediate: a chain that cannot be built |
//! | `wrong-name.chain.pem`, `.key` | good, but for `elsewhere.test` |
//! | `expired.chain.pem`, `.key` | ended yesterday |
//! | `client.chain.pem`, `.key` | for a client, the common name is `user01` |
//! | `other-ca.pem` | a root that has signed nothing |

use std::fs;
use std::path::Path;
use std::time::{SystemTime, UNIX_EPOCH};

use rcgen::{
    BasicConstraints, CertificateParams, DnType, ExtendedKeyUsagePurpose, IsCa, Issuer, KeyPair,
    KeyUsagePurpose,
};
use time::{Duration, OffsetDateTime};

use crate::{Outcome, workspace};

/// Names by which tests and containers reach the servers.
const SERVER_NAMES: [&str; 17] = [
    "localhost",
    "127.0.0.1",
    "::1",
    "dovecot",
    "dovecot-plain",
    "dovecot-fault",
    "postfix",
    "cyrus",
    "inn2",
    "vsftpd",
    "proftpd",
    "proftpd-fault",
    "telnetd",
    "gophernicus",
    "nginx",
    "apache",
    "incomplete.test",
];

pub(crate) const USAGE: &str = "\
cargo xtask certs
    new certificates for the servers

`servers up` does this itself. They are written to target/servers/certs: what each of them is, and what is wrong with
some, stands in xtask/src/certs.rs.";

pub(crate) fn command() -> Outcome {
    let folder = workspace::run_folder().join("certs");
    make(&folder)?;
    println!("certificates: {}", folder.display());
    Ok(())
}

/// Replaces the folder's content.
pub(crate) fn make(folder: &Path) -> Outcome {
    workspace::remove(folder)?;
    let now = now()?;
    let good = (now - Duration::days(1), now + Duration::days(30));
    // Older than the expired certificate: that one must have nothing wrong with it but its own end.
    let long = (now - Duration::days(60), now + Duration::days(60));

    let root = authority("netspeak test root", long)?;
    let root_pem = root.self_signed()?;
    let intermediate = authority("netspeak test intermediate", long)?;
    let intermediate_pem = intermediate.signed_by(&root)?;
    save(folder, "ca.pem", &root_pem)?;
    save(
        folder,
        "other-ca.pem",
        &authority("netspeak other root", long)?.self_signed()?,
    )?;

    let leaf = |name: &str, subject: &str, names: &[&str], usage, validity| -> Outcome<String> {
        let leaf = Party::new(subject, names, validity, |params| {
            params.key_usages = vec![KeyUsagePurpose::DigitalSignature];
            params.extended_key_usages = vec![usage];
        })?;
        let pem = leaf.signed_by(&intermediate)?;
        save(
            folder,
            &format!("{name}.chain.pem"),
            &format!("{pem}{intermediate_pem}"),
        )?;
        save(folder, &format!("{name}.key"), &leaf.key.serialize_pem())?;
        Ok(pem)
    };
    let server = leaf(
        "server",
        "localhost",
        &SERVER_NAMES,
        ExtendedKeyUsagePurpose::ServerAuth,
        good,
    )?;
    save(folder, "server.pem", &server)?;
    leaf(
        "wrong-name",
        "elsewhere.test",
        &["elsewhere.test"],
        ExtendedKeyUsagePurpose::ServerAuth,
        good,
    )?;
    let past = (now - Duration::days(30), now - Duration::days(1));
    leaf(
        "expired",
        "expired.test",
        &["expired.test", "localhost"],
        ExtendedKeyUsagePurpose::ServerAuth,
        past,
    )?;
    leaf(
        "client",
        "user01",
        &[],
        ExtendedKeyUsagePurpose::ClientAuth,
        good,
    )?;
    Ok(())
}

/// Somebody who has a key and wants, or signs, certificates.
struct Party {
    params: CertificateParams,
    key: KeyPair,
}

type Validity = (OffsetDateTime, OffsetDateTime);

impl Party {
    fn new(
        subject: &str,
        names: &[&str],
        validity: Validity,
        adjust: impl FnOnce(&mut CertificateParams),
    ) -> Outcome<Self> {
        let names: Vec<String> = names.iter().map(ToString::to_string).collect();
        let mut params = CertificateParams::new(names).map_err(explain)?;
        params.distinguished_name.push(DnType::CommonName, subject);
        (params.not_before, params.not_after) = validity;
        params.use_authority_key_identifier_extension = true;
        adjust(&mut params);
        Ok(Self {
            params,
            key: KeyPair::generate().map_err(explain)?,
        })
    }

    fn self_signed(&self) -> Outcome<String> {
        Ok(self.params.self_signed(&self.key).map_err(explain)?.pem())
    }

    fn signed_by(&self, issuer: &Self) -> Outcome<String> {
        let issuer = Issuer::from_params(&issuer.params, &issuer.key);
        Ok(self
            .params
            .signed_by(&self.key, &issuer)
            .map_err(explain)?
            .pem())
    }
}

fn authority(name: &str, validity: Validity) -> Outcome<Party> {
    Party::new(name, &[], validity, |params| {
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
    })
}

fn now() -> Outcome<OffsetDateTime> {
    let since = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .map_err(|error| error.to_string())?;
    let seconds = i64::try_from(since.as_secs()).map_err(|error| error.to_string())?;
    OffsetDateTime::from_unix_timestamp(seconds).map_err(|error| error.to_string())
}

fn save(folder: &Path, name: &str, pem: &str) -> Outcome {
    let path = folder.join(name);
    workspace::write(&path, pem)?;
    #[cfg(unix)]
    if name.ends_with(".key") {
        use std::os::unix::fs::PermissionsExt;
        let only_us = fs::Permissions::from_mode(0o600);
        fs::set_permissions(&path, only_us)
            .map_err(|error| format!("{}: {error}", path.display()))?;
    }
    Ok(())
}

fn explain(error: rcgen::Error) -> String {
    format!("certificates: {error}")
}
