//! The polite conversation behind `netspeak probe`.
//!
//! 1. dns, tcp, and for `pop3s` tls
//! 2. greeting: wait for it, say nothing before
//! 3. caps: `CAPA`; a server of RFC 1939 says `-ERR`, which is no fault
//! 4. starttls, tls: `STLS` if it is offered or demanded
//! 5. caps: `CAPA` again, since what was said in clear text does not count
//! 6. auth: only with credentials
//! 7. work: `STAT`, which changes nothing
//! 8. quit: `QUIT`, always, once the server has greeted

use netspeak_core::protocol::{Plan, ProbeOptions, Probing, Protocol};
use netspeak_core::report::{GreetingFacts, Report, WorkFacts};
use netspeak_core::text::printable;
use netspeak_core::{Phase, Target, Tls};
use serde_json::json;

use crate::client::Client;
use crate::error::Result;
use crate::types::Capabilities;
use crate::{ALPN, SCHEMES};

/// POP3 as the registry knows it.
pub static PROTOCOL: Protocol = Protocol {
    name: "pop3",
    schemes: SCHEMES,
    alpn: ALPN,
    greets_with: |line| line.starts_with(b"+OK") || line.starts_with(b"-ERR"),
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
    let outcome = converse(&mut plan, options).await;
    plan.finish(outcome)
}

async fn converse(plan: &mut Plan, options: &ProbeOptions) -> Result<()> {
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
    let mut client = Client::from_conn(conn).await?;
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
    if plan.wants(Phase::Auth) {
        log_in(plan, options, client).await?;
    }
    if plan.wants(Phase::Work) {
        work(plan, client).await?;
    }
    Ok(())
}

async fn capabilities_and_tls(plan: &mut Plan, client: &mut Client) -> Result<()> {
    if client.conn().is_encrypted() {
        let offered = client.capa().await?.cloned();
        note_capabilities(plan, client, offered);
        return Ok(());
    }
    let clear = client.capa().await?.cloned();
    plan.report.capabilities.before_tls = clear.as_ref().map(|c| c.lines().to_vec());
    plan.report.auth.offered_before_tls =
        clear.as_ref().map(Capabilities::sasl).unwrap_or_default();
    check_clear_text(plan, client, clear.as_ref());
    client
        .upgrade_as(&plan.connector, &plan.endpoint, plan.tls)
        .await?;
    if client.conn().is_encrypted() {
        let offered = client.capa().await?.cloned();
        note_capabilities(plan, client, offered);
    } else {
        note_capabilities(plan, client, clear);
    }
    Ok(())
}

fn note_capabilities(plan: &mut Plan, client: &Client, offered: Option<Capabilities>) {
    let Some(offered) = offered else { return };
    plan.report.auth.offered = offered.sasl();
    if let Some(software) = offered.implementation()
        && let Some(greeting) = &mut plan.report.greeting
    {
        greeting.software = Some(software);
    }
    if client.conn().is_encrypted() {
        plan.report.capabilities.after_tls = Some(offered.lines().to_vec());
    }
}

fn check_clear_text(plan: &mut Plan, client: &Client, offered: Option<&Capabilities>) {
    let Some(offered) = offered else { return };
    let clear = offered
        .sasl()
        .into_iter()
        .filter(|mechanism| matches!(mechanism.as_str(), "PLAIN" | "LOGIN"))
        .chain(offered.has("USER").then(|| "USER".to_owned()))
        .collect();
    let upgrade_hint = "give the server a certificate, or use port 995";
    plan.check_clear_text(
        client.conn(),
        (clear, "Dovecot: disable_plaintext_auth = yes"),
        ("STLS", offered.stls(), upgrade_hint),
    );
}

async fn log_in(plan: &mut Plan, options: &ProbeOptions, client: &mut Client) -> Result<()> {
    let credentials = plan.credentials(options)?;
    plan.note_login(client.login(&credentials).await)
}

async fn work(plan: &mut Plan, client: &mut Client) -> Result<()> {
    client.trace().begin(Phase::Work);
    let stat = client.stat().await;
    client.trace().end(stat.is_ok());
    let mut facts = WorkFacts {
        name: "STAT".to_owned(),
        ok: stat.is_ok(),
        detail: Default::default(),
    };
    if let Ok(stat) = &stat {
        facts
            .detail
            .insert("messages".to_owned(), json!(stat.messages));
        facts.detail.insert("octets".to_owned(), json!(stat.octets));
    }
    plan.report.work = Some(facts);
    stat.map(drop)
}

fn greeting(client: &Client) -> GreetingFacts {
    let greeting = client.greeting();
    let text = greeting.text();
    GreetingFacts {
        raw: printable(greeting.raw()),
        code: Some("+OK".to_owned()),
        software: software(&text).map(str::to_owned),
        host: client.timestamp().and_then(host_of).map(str::to_owned),
    }
}

/// Names by which servers are known to introduce themselves.
fn software(text: &str) -> Option<&'static str> {
    [
        "Dovecot",
        "Cyrus",
        "Courier",
        "Qpopper",
        "Gpop",
        "Microsoft Exchange",
        "MailEnable",
        "Zimbra",
        "hMailServer",
        "Stalwart",
    ]
    .into_iter()
    .find(|name| text.contains(name))
}

/// `<process.clock@host>`
fn host_of(timestamp: &str) -> Option<&str> {
    timestamp
        .trim_end_matches('>')
        .rsplit_once('@')
        .map(|(_, host)| host)
}
