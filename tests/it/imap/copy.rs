//! Messages from Dovecot to Cyrus and back: whole, once, and with what was marked on them.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::process::Stdio;

use netspeak::imap::{
    Append, Client, CopyTally, Copying, Fate, Flag, IdSet, Items, Mailbox, Section, StatusItems,
};
use tokio::process::Command;

use crate::harness::{
    Ran, assert_same, certificate, docker, netspeak, seed, target, until, user, variable,
};
use crate::imap::command::most_memory;
use crate::imap::{ROOM, fresh, logged_in, mailbox};

/// How many are copied by a command that is killed.
const COUNT: u32 = 5_000;

async fn copy(from: &mut Client, to: &mut Client, there: &Mailbox) -> (CopyTally, Vec<String>) {
    let mut refused = Vec::new();
    let all = IdSet::all();
    let copied = from.copy_to(&all, to, there, |told| {
        if let Copying::Message {
            uid,
            fate: Fate::Refused(error),
        } = told
        {
            refused.push(format!("{uid}: {error}"));
        }
    });
    (copied.await.unwrap(), refused)
}

/// Dates, flags and texts, by the order of UIDs.
async fn contents(client: &mut Client, there: &Mailbox) -> Vec<(String, Vec<String>, Vec<u8>)> {
    client.examine(there).await.unwrap();
    let items = Items::new().flags().internal_date();
    let rows = client.fetch(.., &items).await.unwrap().all(1000).await;
    let mut found = Vec::new();
    for row in rows.unwrap() {
        let flags = row.flags.unwrap_or_default();
        let flags = flags.iter().filter(|flag| **flag != Flag::Recent);
        let mut flags: Vec<String> = flags.map(ToString::to_string).collect();
        flags.sort();
        let date = row.internal_date.unwrap().timestamp().to_string();
        let mut message = client.message(row.uid.unwrap()).await.unwrap();
        found.push((date, flags, message.bytes(ROOM).await.unwrap()));
    }
    found
}

#[tokio::test]
#[ignore = "needs dovecot and cyrus"]
async fn messages_arrive_as_they_are_and_once() {
    for (one, other) in [("DOVECOT", "CYRUS"), ("CYRUS", "DOVECOT")] {
        let mut from = logged_in(one, user::IMAP_COPIED).await;
        let mut to = logged_in(other, user::IMAP_COPIED).await;
        let here = fresh(&mut from, "original").await;
        let there = fresh(&mut to, "copy").await;
        let date = "17-Jul-1996 02:44:25 -0700".parse().unwrap();
        for (number, message) in seed().iter().enumerate() {
            let flags = ["\\Seen", "\\Flagged", "$Forwarded", "Work"];
            let flags = flags[..number % 5].iter().map(|flag| flag.parse().unwrap());
            let how = Append::new().flags(flags).date(date);
            from.append(&here, &how, &message.bytes).await.unwrap();
        }
        // Two that have one Message-ID, and two without any that are the same.
        for text in ["one", "two"] {
            let message = format!("Message-ID: <same@x>\r\nSubject: {text}\r\n\r\n{text}\r\n");
            let how = Append::new();
            from.append(&here, &how, message.as_bytes()).await.unwrap();
            let how = Append::new().date(date);
            from.append(&here, &how, b"Subject: none\r\n\r\nnone\r\n")
                .await
                .unwrap();
        }
        from.select(&here).await.unwrap();
        let (tally, refused) = copy(&mut from, &mut to, &there).await;
        assert_eq!(refused, [""; 0], "{one}");
        assert_eq!((tally.copied, tally.there), (12, 0), "{one}");
        let (ours, theirs) = (
            contents(&mut from, &here).await,
            contents(&mut to, &there).await,
        );
        for (was, is) in ours.iter().zip(&theirs) {
            assert_eq!((&was.0, &was.1), (&is.0, &is.1), "{one}");
            assert!(was.2 == is.2, "{one}: {}", String::from_utf8_lossy(&was.2));
        }
        let (tally, _) = copy(&mut from, &mut to, &there).await;
        assert_eq!((tally.copied, tally.there), (0, 12), "{one}");
        from.logout().await.unwrap();
        to.logout().await.unwrap();
    }
}

/// Dovecot finds them in its Maildir, with flags and dates.
async fn filled(name: &str) -> Mailbox {
    let mut client = logged_in("DOVECOT", user::IMAP_COPY_KILLED).await;
    let there = mailbox(name);
    let _ = client.delete(&there).await;
    client.logout().await.unwrap();
    let script = format!(
        "there=/srv/mail/{}/Maildir/.{name}
         rm -rf $there
         mkdir -p $there/{{cur,new,tmp}}
         perl -e 'for (1..{COUNT}) {{
             my $path = \"$ARGV[0]/cur/$_.small:2,\" . ($_ % 2 ? q() : q(S));
             open my $file, q(>), $path or die;
             print $file \"Subject: small\\nMessage-ID: <$_\\@example.org>\\n\\nnumber $_\\n\";
             close $file;
             utime 1.6e9 + 60 * $_, 1.6e9 + 60 * $_, $path;
         }}' $there
         chown -R vmail:vmail $there",
        user::IMAP_COPY_KILLED
    );
    let container = variable("NETSPEAK_DOVECOT_CONTAINER");
    docker(&["exec", &container, "bash", "-ec", &script]).await;
    there
}

/// The address with the user in it; the password comes from the environment.
fn url(server: &str, user: &str, name: &str) -> String {
    let address = target("imaps", &format!("{server}_IMAPS")).to_string();
    format!("{}/{name}", address.replace("//", &format!("//{user}@")))
}

/// The command that copies a mailbox from Dovecot to Cyrus.
fn words(user: &str, name: &str) -> Vec<String> {
    let (from, to) = (url("DOVECOT", user, name), url("CYRUS", user, name));
    let authority: PathBuf = certificate("ca.pem");
    let authority = authority.to_string_lossy().into_owned();
    ["cp", "--cacert", &authority, &from, &to]
        .map(str::to_owned)
        .to_vec()
}

async fn count(client: &mut Client, there: &Mailbox) -> u32 {
    let items = StatusItems::new().messages();
    let status = client.status(there, &items).await;
    status.map_or(0, |status| status.messages.unwrap_or(0))
}

/// Runs the command, and kills it once there are some messages.
async fn killed(words: &[String], client: &mut Client, there: &Mailbox, some: u32) {
    let mut command = Command::new(variable("NETSPEAK_BIN"));
    command
        .args(words)
        .stdin(Stdio::null())
        .stderr(Stdio::null())
        .kill_on_drop(true);
    let mut child = command.spawn().unwrap();
    until("some messages to be there", async || {
        (count(client, there).await >= some).then_some(())
    })
    .await;
    child.kill().await.unwrap();
    assert!(!child.wait().await.unwrap().success());
}

/// What there is, by its Message-ID: how often, with which flags and dates.
async fn by_id(client: &mut Client, there: &Mailbox) -> BTreeMap<String, (u32, String)> {
    client.examine(there).await.unwrap();
    let items = Items::new()
        .flags()
        .internal_date()
        .header_fields(["MESSAGE-ID"]);
    let mut rows = client.fetch(.., &items).await.unwrap();
    let section = Section::header_fields(["MESSAGE-ID"]).unwrap();
    let mut found = BTreeMap::new();
    while let Some(row) = rows.next().await.unwrap() {
        let id = row
            .body(&section)
            .and_then(|body| body.value.as_bytes())
            .unwrap();
        let id = String::from_utf8_lossy(id).trim().to_lowercase();
        let is_seen = row.flags.as_ref().unwrap().contains(&Flag::Seen);
        let date = row.internal_date.unwrap().timestamp();
        let entry = found.entry(id).or_insert((0, String::new()));
        *entry = (entry.0 + 1, format!("{is_seen} {date}"));
    }
    found
}

#[tokio::test]
#[ignore = "needs dovecot and cyrus"]
async fn five_thousand_messages_are_copied_by_a_command_that_is_killed_and_run_again() {
    let here = filled("killed").await;
    let mut from = logged_in("DOVECOT", user::IMAP_COPY_KILLED).await;
    let mut to = logged_in("CYRUS", user::IMAP_COPY_KILLED).await;
    let there = mailbox("killed");
    let _ = to.delete(&there).await;
    let words = words(user::IMAP_COPY_KILLED, "killed");
    for some in [1_000, 2_500] {
        killed(&words, &mut to, &there, some).await;
    }
    let ran: Ran = netspeak(&words).await;
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    let summary = ran.stderr.lines().last().unwrap().to_owned();
    let (copied, rest) = summary.split_once(" copied, ").unwrap();
    let before = rest.split_once(" there").unwrap().0;
    let sum = copied.parse::<u32>().unwrap() + before.parse::<u32>().unwrap();
    assert_eq!(sum, COUNT, "{summary}");
    assert!(before.parse::<u32>().unwrap() >= 2_500, "{summary}");
    assert_eq!(count(&mut to, &there).await, COUNT, "{summary}");
    let (ours, theirs) = (by_id(&mut from, &here).await, by_id(&mut to, &there).await);
    assert_eq!(ours.len(), COUNT as usize);
    assert!(theirs.values().all(|(count, _)| *count == 1));
    assert!(ours == theirs, "they differ");
    let ran = netspeak(&words).await;
    assert!(
        ran.stderr.starts_with(&format!("0 copied, {COUNT} there")),
        "{}",
        ran.stderr
    );
    for (mut client, name) in [(from, here), (to, there)] {
        client.unselect().await.unwrap();
        client.delete(&name).await.unwrap();
        client.logout().await.unwrap();
    }
}

#[tokio::test]
#[ignore = "needs dovecot and cyrus"]
async fn a_large_message_is_never_in_memory_on_its_way() {
    const SIZE: usize = 40 << 20;
    let mut large = b"Message-ID: <large@x>\r\nSubject: large\r\n\r\n".to_vec();
    large.extend(b"0123456789abcdef0123456789abcdef0123456789abcdef\r\n".repeat(SIZE / 50));
    let mut from = logged_in("DOVECOT", user::IMAP_COPY_LARGE).await;
    let mut to = logged_in("CYRUS", user::IMAP_COPY_LARGE).await;
    let (here, there) = (fresh(&mut from, "large").await, mailbox("large"));
    let _ = to.delete(&there).await;
    let words = words(user::IMAP_COPY_LARGE, "large");
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    from.append(&here, &Append::new(), &large).await.unwrap();
    let most = most_memory(&words).await;
    // Who held the message would take all of it, and what the command takes by itself.
    assert!((1 << 20..SIZE as u64).contains(&most), "{most}");
    to.examine(&there).await.unwrap();
    let mut message = to.message(1).await.unwrap();
    let copied = message.bytes(2 * SIZE).await.unwrap();
    assert_same(&copied, &large, "large");
    for (mut client, name) in [(from, here), (to, there)] {
        if client.selected().is_some() {
            client.unselect().await.unwrap();
        }
        client.delete(&name).await.unwrap();
        client.logout().await.unwrap();
    }
}
