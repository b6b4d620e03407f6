//! `netspeak send URL --from A --to B...`

use std::collections::BTreeMap;
use std::fs::File;
use std::io;
use std::sync::{Arc, Mutex, PoisonError};

use jiff::Zoned;
use netspeak::core::text::printable;
use netspeak::core::{Target, Trace};
use netspeak::smtp::{Body, Client, ClientName, Envelope, Error, Mail, Outcome, Receipt, Result};
use tokio::task::JoinSet;

use crate::args::SendArgs;
use crate::exit::{self, Code};
use crate::mailbox::{Mailbox, Regular};
use crate::output;
use crate::render::talk;

pub(super) async fn run(args: SendArgs) -> Code {
    let args = Arc::new(args);
    let outcome = match &args.mbox {
        Some(path) => match Mailbox::open(path) {
            Ok(mailbox) => send_mailbox(&args, mailbox).await,
            Err(error) => Err(Error::Local(error)),
        },
        None => send_one(&args).await,
    };
    match outcome {
        Ok(tally) => tally.code(),
        Err(error) => super::failed(&error),
    }
}

/// How many recipients of all mails were taken.
#[derive(Clone, Copy, Debug, Default)]
struct Tally {
    mails: u64,
    accepted: u64,
    refused: u64,
}

impl Tally {
    fn count(&mut self, receipt: &Receipt) {
        self.mails += 1;
        let accepted = receipt.accepted().count() as u64;
        self.accepted += accepted;
        self.refused += receipt.deliveries.len() as u64 - accepted;
    }

    fn add(&mut self, other: Self) {
        self.mails += other.mails;
        self.accepted += other.accepted;
        self.refused += other.refused;
    }

    /// 0: all were taken; 18: some; 55: none.
    fn code(self) -> Code {
        match (self.accepted, self.refused) {
            (_, 0) => exit::OK,
            (0, _) => exit::NOT_SENT,
            _ => exit::PARTLY_SENT,
        }
    }
}

async fn send_one(args: &SendArgs) -> Result<Tally> {
    let envelope = envelope(args)?;
    with_session(args, async |client| {
        let mut tally = Tally::default();
        if args.stop_after.is_some() {
            return rehearse(client, &envelope, tally).await;
        }
        let receipt = match &args.eml {
            Some(path) if path.as_os_str() != "-" => {
                let file = File::open(path).map_err(Error::Local)?;
                let size = file
                    .metadata()
                    .map(|meta| meta.len())
                    .map_err(Error::Local)?;
                client
                    .send(&envelope, Body::reader(Regular(file)).with_size(size))
                    .await?
            }
            Some(_) => {
                let text = io::read_to_string(io::stdin()).map_err(Error::Local)?;
                client.send(&envelope, text).await?
            }
            None => client.send(&envelope, test_mail(args)).await?,
        };
        tally.count(&receipt);
        show(&receipt);
        Ok(tally)
    })
    .await
}

/// MAIL, RCPT, RSET: would they be taken? No mail is sent.
async fn rehearse(client: &mut Client, envelope: &Envelope, mut tally: Tally) -> Result<Tally> {
    client.mail(&envelope.sender, &envelope.parameters).await?;
    tally.mails = 1;
    for recipient in &envelope.recipients {
        let path = recipient.path.as_str();
        match client.rcpt(&recipient.path, &recipient.parameters).await {
            Ok(reply) => {
                tally.accepted += 1;
                line("OK", path, &reply.to_string());
            }
            Err(Error::Refused { reply, .. }) => {
                tally.refused += 1;
                line("FAIL", path, &reply.to_string());
            }
            Err(error) => return Err(error),
        }
    }
    client.rset().await?;
    output::say("stopped after RCPT: no mail was sent");
    Ok(tally)
}

/// Every message of the mailbox, over as many connections as asked for; each takes the next one.
async fn send_mailbox(args: &Arc<SendArgs>, mailbox: Mailbox) -> Result<Tally> {
    let source = Arc::new(Mutex::new(mailbox));
    let mut jobs = JoinSet::new();
    for _ in 0..args.jobs.max(1) {
        let (args, source) = (Arc::clone(args), Arc::clone(&source));
        jobs.spawn(async move { send_from(&args, &source).await });
    }
    let mut total = Tally::default();
    let mut failure = None;
    while let Some(done) = jobs.join_next().await {
        match done {
            Ok(Ok(tally)) => total.add(tally),
            Ok(Err(error)) => failure = Some(error),
            Err(_) => failure = Some(Error::Poisoned),
        }
    }
    let refused = total.refused;
    output::print(&format!(
        "{} mails, {} accepted, {refused} refused\n",
        total.mails, total.accepted
    ));
    failure.map_or(Ok(total), Err)
}

async fn send_from(args: &SendArgs, source: &Mutex<Mailbox>) -> Result<Tally> {
    let envelope = envelope(args)?;
    with_session(args, async |client| {
        let mut broken = None;
        let mails = std::iter::from_fn(|| {
            match source.lock().unwrap_or_else(PoisonError::into_inner).next() {
                Ok(message) => Some(Mail::new(envelope.clone(), message?)),
                Err(error) => {
                    broken = Some(error);
                    None
                }
            }
        });
        let mut tally = Tally::default();
        let mut batch = client.send_many(mails).await?;
        while let Some(receipt) = batch.next().await? {
            let receipt = receipt?;
            tally.count(&receipt);
            if !receipt.is_complete() {
                show(&receipt);
            }
        }
        drop(batch);
        broken.map_or(Ok(tally), |error| Err(Error::Local(error)))
    })
    .await
}

/// One session for one piece of work; shows the talk if it was asked for, also when it failed.
async fn with_session(
    args: &SendArgs,
    work: impl AsyncFnOnce(&mut Client) -> Result<Tally>,
) -> Result<Tally> {
    let verbose = args.connect.verbose > 0;
    let trace = if verbose {
        Trace::with_transcript()
    } else {
        Trace::new()
    };
    let done = session(args, trace.clone(), work).await;
    for line in talk::lines(&trace) {
        output::say(&line);
    }
    done
}

async fn session(
    args: &SendArgs,
    trace: Trace,
    work: impl AsyncFnOnce(&mut Client) -> Result<Tally>,
) -> Result<Tally> {
    let target: Target = args.url.parse()?;
    let mut builder = Client::builder()
        .connector(args.connect.connector()?)
        .clear_text_auth(args.connect.clear_text_auth())
        .name(client_name(args)?)
        .trace(trace);
    if let Some(tls) = args.connect.tls_wish() {
        builder = builder.tls(tls);
    }
    if let Some(credentials) = args.connect.credentials(&target)? {
        builder = builder.credentials(credentials);
    }
    let mut client = builder.connect(&target).await?;
    let done = work(&mut client).await;
    if client.conn().is_busy() {
        return done;
    }
    let quit = client.quit().await;
    let done = done?;
    quit?;
    Ok(done)
}

/// A name for EHLO: what was asked for, or this machine's if it looks like one on the net.
fn client_name(args: &SendArgs) -> Result<ClientName> {
    if let Some(name) = &args.ehlo {
        return Ok(name.parse()?);
    }
    let own = netspeak::core::socket::host_name();
    if own.contains('.')
        && let Ok(name) = own.parse()
    {
        return Ok(name);
    }
    Ok(ClientName::localhost())
}

fn envelope(args: &SendArgs) -> Result<Envelope> {
    Ok(Envelope::new(
        &args.from,
        args.to.iter().map(String::as_str),
    )?)
}

/// A mail that says what it is, with everything that RFC 5322 wants.
fn test_mail(args: &SendArgs) -> String {
    let now = Zoned::now();
    let date = jiff::fmt::rfc2822::to_string(&now).unwrap_or_default();
    let id = ulid::Ulid::generate();
    let domain = args
        .from
        .rsplit_once('@')
        .map_or("localhost", |(_, domain)| domain);
    let subject = args
        .subject
        .clone()
        .unwrap_or_else(|| format!("netspeak test {id}"));
    let headers = BTreeMap::from([
        ("Date", date),
        ("From", args.from.clone()),
        ("Message-ID", format!("<{id}@{domain}>")),
        ("MIME-Version", "1.0".to_owned()),
        ("Content-Type", "text/plain; charset=utf-8".to_owned()),
        ("Subject", subject),
        ("To", args.to.join(", ")),
    ]);
    let mut text = String::new();
    for (name, value) in headers {
        // What was typed goes into one header and no further.
        text.push_str(&format!("{name}: {}\r\n", printable(value.as_bytes())));
    }
    text.push_str("\r\nThis is a test mail, sent by netspeak.\r\n");
    text
}

/// Who got it, who did not, and why.
fn show(receipt: &Receipt) {
    for delivery in &receipt.deliveries {
        let (word, why) = match &delivery.outcome {
            Outcome::Accepted(reply) => ("OK", reply.to_string()),
            Outcome::Refused(refusal) => ("FAIL", refusal.to_string()),
            Outcome::NotAttempted => ("FAIL", "not attempted".to_owned()),
        };
        line(word, delivery.recipient.as_str(), &why);
    }
    if let Some(id) = receipt.queue_id() {
        output::print(&format!("queued as {}\n", printable(id.as_bytes())));
    }
}

fn line(word: &str, recipient: &str, why: &str) {
    let (recipient, why) = (printable(recipient.as_bytes()), printable(why.as_bytes()));
    output::print(&format!("{word:<5} {recipient}   {why}\n"));
}
