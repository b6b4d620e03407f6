//! The polite conversation behind `netspeak probe`.
//!
//! 1. dns, tcp, and for `smtps` and `submissions` tls
//! 2. greeting: wait for it, say nothing before
//! 3. caps: `EHLO`, or `HELO` to a server of RFC 821; `LHLO` for `lmtp`
//! 4. starttls, tls: `STARTTLS` if it is offered or demanded
//! 5. caps: `EHLO` again, since what was said in clear text does not count
//! 6. auth: only with credentials
//! 7. work, if asked for: `MAIL`, `RCPT`, `RSET`; nothing is sent
//! 8. quit: `QUIT`, always, once the server has greeted

use netspeak_core::protocol::{Plan, ProbeOptions, Probing, Protocol};
use netspeak_core::report::{GreetingFacts, Report, WorkFacts};
use netspeak_core::text::printable;
use netspeak_core::{Phase, Target, Tls};
use serde_json::json;

use crate::client::{Client, made_ready, mode_of};
use crate::error::Result;
use crate::response::greeting_host;
use crate::types::{Capabilities, ForwardPath, MailParameters, ReversePath, SizeLimit};
use crate::{ALPN, SCHEMES};

/// SMTP and LMTP as the registry knows them.
pub static PROTOCOL: Protocol = Protocol {
    name: "smtp",
    schemes: SCHEMES,
    alpn: ALPN,
    // FTP greets with 220 as well; it has no word for mail.
    greets_with: |line| {
        let is_ready = line.starts_with(b"220 ") || line.starts_with(b"220-");
        is_ready && memchr::memmem::find(line, b"SMTP").is_some()
    },
    probe: run,
};

fn run<'a>(target: &'a Target, options: &'a ProbeOptions) -> Probing<'a> {
    Box::pin(probe(target, options))
}

async fn probe(target: &Target, options: &ProbeOptions) -> Report {
    let mut plan = match Plan::new(&PROTOCOL, target, options) {
        Ok(plan) => plan,
        Err(report) => return *report,
    };
    plan.connector = made_ready(plan.connector.clone());
    let outcome = converse(&mut plan, target, options).await;
    plan.finish(outcome)
}

async fn converse(plan: &mut Plan, target: &Target, options: &ProbeOptions) -> Result<()> {
    if !plan.wants(Phase::Tcp) {
        plan.connector.resolve(&plan.endpoint, &plan.trace).await?;
        return Ok(());
    }
    let tls = if plan.wants(Phase::Tls) {
        plan.tls
    } else {
        Tls::Off
    };
    let conn = plan
        .connector
        .connect(&plan.endpoint, tls, &plan.trace)
        .await?;
    if !plan.wants(Phase::Greeting) {
        return Ok(conn.close().await?);
    }
    let mut client = Client::from_conn_as(conn, mode_of(target)).await?;
    client.set_clear_text_auth(options.clear_text_auth);
    plan.report.greeting = Some(greeting(&client));
    let outcome = after_greeting(plan, options, &mut client).await;
    // A session that ended half-way cannot be quit from; every other one is.
    if !client.conn().is_busy() {
        let quit = client.quit().await;
        if outcome.is_ok() {
            quit?;
        }
    }
    outcome
}

async fn after_greeting(
    plan: &mut Plan,
    options: &ProbeOptions,
    client: &mut Client,
) -> Result<()> {
    if plan.wants(Phase::Starttls) {
        capabilities_and_tls(plan, client).await?;
    }
    // Servers take mail from strangers: work is possible without a login.
    let has_login = plan.user.is_some() && plan.password.is_some();
    if plan.wants(Phase::Auth) && (has_login || !plan.wants(Phase::Work)) {
        log_in(plan, options, client).await?;
    }
    if plan.wants(Phase::Work) {
        work(plan, options, client).await?;
    }
    Ok(())
}

async fn capabilities_and_tls(plan: &mut Plan, client: &mut Client) -> Result<()> {
    let first = client.ehlo().await?.clone();
    if client.conn().is_encrypted() {
        note_capabilities(plan, client, &first);
        return Ok(());
    }
    plan.report.capabilities.before_tls = Some(first.lines().to_vec());
    plan.report.auth.offered_before_tls = first.auth();
    check_clear_text(plan, client, &first);
    client
        .upgrade_as(&plan.connector, &plan.endpoint, plan.tls)
        .await?;
    let last = client.capabilities().cloned().unwrap_or(first);
    note_capabilities(plan, client, &last);
    Ok(())
}

fn note_capabilities(plan: &mut Plan, client: &Client, offered: &Capabilities) {
    plan.report.auth.offered = offered.auth();
    if let Some(SizeLimit::Bytes(most)) = offered.size() {
        plan.report.capabilities.limits.size = Some(most);
    }
    if client.conn().is_encrypted() {
        plan.report.capabilities.after_tls = Some(offered.lines().to_vec());
    }
    let detail = &mut plan.report.protocol_detail;
    detail.insert("pipelining".to_owned(), json!(offered.pipelining()));
    detail.insert("chunking".to_owned(), json!(offered.chunking()));
}

fn check_clear_text(plan: &mut Plan, client: &Client, offered: &Capabilities) {
    let clear = offered
        .auth()
        .into_iter()
        .filter(|mechanism| matches!(mechanism.as_str(), "PLAIN" | "LOGIN"))
        .collect();
    let upgrade_hint = "give the server a certificate, or use port 465";
    plan.check_clear_text(
        client.conn(),
        (clear, "Postfix: smtpd_tls_auth_only = yes"),
        ("STARTTLS", offered.starttls(), upgrade_hint),
    );
}

async fn log_in(plan: &mut Plan, options: &ProbeOptions, client: &mut Client) -> Result<()> {
    let credentials = plan.credentials(options)?;
    plan.note_login(client.auth(&credentials).await)
}

async fn work(plan: &mut Plan, options: &ProbeOptions, client: &mut Client) -> Result<()> {
    let (sender, recipient) = (sender(plan), recipient(options)?);
    client.trace().begin(Phase::Work);
    let outcome = try_envelope(client, &sender, &recipient).await;
    client.trace().end(outcome.is_ok());
    let mut facts = WorkFacts {
        name: "MAIL, RCPT, RSET".to_owned(),
        ok: outcome.is_ok(),
        detail: Default::default(),
    };
    for (name, value) in [
        ("sender", sender.as_str()),
        ("recipient", recipient.as_str()),
    ] {
        facts.detail.insert(name.to_owned(), json!(value));
    }
    plan.report.work = Some(facts);
    outcome
}

/// Who logs in sends, if that is an address; else nobody.
fn sender(plan: &Plan) -> ReversePath {
    let user = plan.user.as_deref().unwrap_or_default();
    user.parse().unwrap_or(ReversePath::NULL)
}

/// Whom the caller names, or the postmaster, who is there at every server.
fn recipient(options: &ProbeOptions) -> Result<ForwardPath> {
    match options.work.as_deref() {
        Some(named) if named.contains('@') => Ok(named.parse()?),
        _ => Ok(ForwardPath::postmaster()),
    }
}

/// An envelope that is thrown away, also when the server refuses a part of it.
async fn try_envelope(
    client: &mut Client,
    sender: &ReversePath,
    recipient: &ForwardPath,
) -> Result<()> {
    client.mail(sender, &MailParameters::default()).await?;
    let taken = client.rcpt(recipient, &Default::default()).await;
    if !client.conn().is_busy() {
        client.rset().await?;
    }
    taken.map(drop)
}

fn greeting(client: &Client) -> GreetingFacts {
    let greeting = client.greeting();
    let text = greeting.text();
    GreetingFacts {
        raw: greeting
            .lines()
            .map(printable)
            .collect::<Vec<_>>()
            .join(" "),
        code: Some(greeting.code().to_string()),
        software: software(&text).map(str::to_owned),
        host: greeting_host(greeting),
    }
}

/// Names by which servers are known to introduce themselves.
fn software(text: &str) -> Option<&'static str> {
    [
        "Postfix",
        "Exim",
        "Sendmail",
        "Dovecot",
        "Cyrus",
        "OpenSMTPD",
        "Haraka",
        "Microsoft ESMTP MAIL Service",
        "gsmtp",
        "MailEnable",
        "Zimbra",
        "hMailServer",
        "Stalwart",
        "qmail",
        "Courier",
        "MDaemon",
    ]
    .into_iter()
    .find(|name| text.contains(name))
}
