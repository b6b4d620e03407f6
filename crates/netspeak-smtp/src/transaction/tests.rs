//! Mails at a desk: what is said when, and what the replies make of it.

use super::*;
use crate::receipt::Outcome;

fn manner(mode: Mode, pace: Pace, way: Way) -> Manner {
    Manner {
        mode,
        pace,
        way,
        binary: false,
        ascii_only: false,
        parameters: MailParameters::default(),
        most: usize::MAX,
    }
}

fn mail(recipients: usize, manner: Manner) -> Transaction {
    let recipients = (0..recipients).map(|n| format!("r{n}@example.org"));
    let recipients: Vec<String> = recipients.collect();
    let recipients = recipients.iter().map(String::as_str);
    let envelope = Envelope::new("ops@example.org", recipients).unwrap();
    Transaction::new(envelope, manner, false)
}

fn reply(code: u16) -> Reply {
    Reply::parse([format!("{code} x").as_bytes()]).unwrap()
}

/// Goes on until a reply is awaited and none is left, or all is done. What was said, with `<` where
/// a reply was heard.
fn talk(mail: &mut Transaction, replies: &[u16]) -> String {
    let mut said = Vec::new();
    let mut replies = replies.iter();
    loop {
        match mail.turn() {
            Turn::Say(command) => {
                said.push(command.verb().to_owned());
                mail.said();
            }
            Turn::Text => {
                said.push("text".to_owned());
                mail.text_said();
            }
            Turn::LoneDot => {
                said.push("dot".to_owned());
                mail.text_said();
            }
            Turn::Hear => match replies.next() {
                Some(code) => {
                    said.push("<".to_owned());
                    mail.heard(reply(*code)).unwrap();
                }
                None => break,
            },
            Turn::Done => {
                said.push("done".to_owned());
                break;
            }
        }
    }
    said.join(" ")
}

/// One letter for each recipient, with the code.
fn outcomes(receipt: &Receipt) -> String {
    let words = receipt
        .deliveries
        .iter()
        .map(|delivery| match &delivery.outcome {
            Outcome::Accepted(reply) => format!("a{}", reply.code()),
            Outcome::Refused(refusal) => format!("r{}:{}", refusal.reply.code(), refusal.verb),
            Outcome::NotAttempted => "-".to_owned(),
            Outcome::InDoubt(_) => "?".to_owned(),
        });
    words.collect::<Vec<_>>().join(" ")
}

/// What is said, and what becomes of it.
fn run(recipients: usize, manner: Manner, replies: &[u16]) -> (String, String) {
    let mut mail = mail(recipients, manner);
    let said = talk(&mut mail, replies);
    (said, outcomes(&mail.receipt()))
}

use Mode::{Lmtp, Smtp};
use Pace::{Ahead, OneByOne};
use Way::{Chunks, Dots, OneChunk};

#[test]
fn a_mail_in_each_manner() {
    for (mode, pace, way, replies, said) in [
        (
            Smtp,
            OneByOne,
            Dots,
            &[250, 250, 250, 354, 250][..],
            "MAIL < RCPT < RCPT < DATA < text < done",
        ),
        (
            Smtp,
            Ahead,
            Dots,
            &[250, 250, 250, 354, 250],
            "MAIL RCPT RCPT DATA < < < < text < done",
        ),
        (
            Smtp,
            OneByOne,
            OneChunk,
            &[250, 250, 250, 250],
            "MAIL < RCPT < RCPT < text < done",
        ),
        (
            Smtp,
            Ahead,
            OneChunk,
            &[250, 250, 250, 250],
            "MAIL RCPT RCPT text < < < < done",
        ),
        (
            Smtp,
            Ahead,
            Chunks,
            &[250, 250, 250, 250],
            "MAIL RCPT RCPT < < < text < done",
        ),
        (
            Lmtp,
            Ahead,
            Dots,
            &[250, 250, 250, 354, 250, 250],
            "MAIL RCPT RCPT DATA < < < < text < < done",
        ),
        (
            Lmtp,
            Ahead,
            OneChunk,
            &[250, 250, 250, 250, 250],
            "MAIL RCPT RCPT text < < < < < done",
        ),
    ] {
        let found = run(2, manner(mode, pace, way), replies);
        assert_eq!(found, (said.to_owned(), "a250 a250".to_owned()));
    }
}

#[test]
fn refusals_belong_to_their_commands() {
    let smtp = |way| manner(Smtp, Ahead, way);
    let step = |way| manner(Smtp, OneByOne, way);
    for (how, replies, said, became) in [
        // The sender.
        (step(Dots), &[550][..], "MAIL < done", "- -"),
        (
            smtp(Dots),
            &[550, 503, 503, 503],
            "MAIL RCPT RCPT DATA < < < < done",
            "- -",
        ),
        (
            smtp(OneChunk),
            &[550, 503, 503, 503],
            "MAIL RCPT RCPT text < < < < done",
            "- -",
        ),
        (
            smtp(Chunks),
            &[550, 503, 503],
            "MAIL RCPT RCPT < < < done",
            "- -",
        ),
        // One recipient.
        (
            step(Dots),
            &[250, 550, 250, 354, 250],
            "MAIL < RCPT < RCPT < DATA < text < done",
            "r550:RCPT a250",
        ),
        (
            smtp(OneChunk),
            &[250, 250, 450, 250],
            "MAIL RCPT RCPT text < < < < done",
            "a250 r450:RCPT",
        ),
        // All of them.
        (
            step(Dots),
            &[250, 550, 551],
            "MAIL < RCPT < RCPT < done",
            "r550:RCPT r551:RCPT",
        ),
        (
            smtp(Dots),
            &[250, 550, 551, 554],
            "MAIL RCPT RCPT DATA < < < < done",
            "r550:RCPT r551:RCPT",
        ),
        (
            smtp(Dots),
            &[250, 550, 551, 354, 554],
            "MAIL RCPT RCPT DATA < < < < dot < done",
            "r550:RCPT r551:RCPT",
        ),
        (
            smtp(Chunks),
            &[250, 550, 551],
            "MAIL RCPT RCPT < < < done",
            "r550:RCPT r551:RCPT",
        ),
        // DATA, and the text.
        (
            smtp(Dots),
            &[250, 250, 250, 451],
            "MAIL RCPT RCPT DATA < < < < done",
            "r451:DATA r451:DATA",
        ),
        (
            smtp(Dots),
            &[250, 250, 550, 354, 554],
            "MAIL RCPT RCPT DATA < < < < text < done",
            "r554:DATA r550:RCPT",
        ),
        (
            smtp(OneChunk),
            &[250, 250, 250, 552],
            "MAIL RCPT RCPT text < < < < done",
            "r552:BDAT r552:BDAT",
        ),
    ] {
        let found = run(2, how, replies);
        assert_eq!(found, (said.to_owned(), became.to_owned()), "{replies:?}");
    }
}

#[test]
fn in_lmtp_each_recipient_has_an_answer_of_his_own() {
    let lmtp = || manner(Lmtp, Ahead, Dots);
    let (_, became) = run(3, lmtp(), &[250, 250, 550, 250, 354, 250, 452]);
    assert_eq!(became, "a250 r550:RCPT r452:DATA");
    // A server that leaves says so once, for all that are left.
    let (said, became) = run(3, lmtp(), &[250, 250, 250, 250, 354, 250, 421]);
    assert!(said.ends_with("text < < done"), "{said}");
    assert_eq!(became, "a250 r421:DATA r421:DATA");
}

#[test]
fn no_more_recipients_than_the_server_takes() {
    let mut few = manner(Smtp, Ahead, Dots);
    few.most = 2;
    let found = run(3, few, &[250, 250, 250, 354, 250]);
    assert_eq!(found.0, "MAIL RCPT RCPT DATA < < < < text < done");
    assert_eq!(found.1, "a250 a250 -");
}

#[test]
fn what_is_left_over_is_reset_first() {
    let envelope = Envelope::new("", ["r@example.org"]).unwrap();
    let mut mail = Transaction::new(envelope, manner(Smtp, Ahead, Dots), true);
    let said = talk(&mut mail, &[250, 250, 250, 354, 250]);
    assert_eq!(said, "RSET MAIL RCPT DATA < < < < text < done");
}

#[test]
fn chunks_run_one_ahead_and_stop_when_one_is_refused() {
    let mut mail = mail(1, manner(Smtp, Ahead, Chunks));
    assert_eq!(talk_to_text(&mut mail, &[250, 250]), "MAIL RCPT < < ");
    mail.chunk_said();
    assert_eq!(mail.turn(), Turn::Text, "one may be on its way");
    mail.chunk_said();
    assert_eq!(mail.turn(), Turn::Hear);
    mail.heard(reply(552)).unwrap();
    // The second has left already, and is swallowed.
    assert_eq!((mail.turn(), mail.is_said()), (Turn::Hear, true));
    mail.heard(reply(503)).unwrap();
    assert_eq!(mail.turn(), Turn::Done);
    assert_eq!(outcomes(&mail.receipt()), "r552:BDAT");
}

/// As [`talk`], up to the text.
fn talk_to_text(mail: &mut Transaction, replies: &[u16]) -> String {
    let mut said = String::new();
    let mut replies = replies.iter();
    while mail.turn() != Turn::Text {
        if let Turn::Say(command) = mail.turn() {
            said += &format!("{} ", command.verb());
            mail.said();
        } else {
            said += "< ";
            mail.heard(reply(*replies.next().unwrap())).unwrap();
        }
    }
    said
}

#[test]
fn a_late_yes_behind_a_refused_chunk_is_told_as_what_it_is() {
    let mut mail = mail(2, manner(Smtp, Ahead, Chunks));
    talk_to_text(&mut mail, &[250, 250, 450]);
    mail.chunk_said();
    mail.text_said();
    mail.heard(reply(552)).unwrap();
    mail.heard(reply(250)).unwrap();
    assert_eq!(mail.turn(), Turn::Done);
    assert_eq!(outcomes(&mail.receipt()), "a250 r450:RCPT");
}

#[test]
fn a_server_that_leaves_has_not_taken_it() {
    for replies in [
        &[421][..],
        &[250, 421],
        &[250, 250, 421],
        &[250, 250, 250, 421],
    ] {
        let mut mail = mail(2, manner(Smtp, Ahead, Dots));
        let (last, before) = replies.split_last().unwrap();
        talk(&mut mail, before);
        let error = mail.heard(reply(*last)).unwrap_err();
        assert!(error.is_temporary() && error.reply().is_some(), "{error}");
    }
}

#[test]
fn nonsense_is_an_error() {
    for (mode, replies) in [
        (Smtp, &[250, 250, 250][..]),
        (Smtp, &[250, 250, 334]),
        // Nobody is there, and there is no telling when all of nobody have answered.
        (Lmtp, &[250, 550, 354]),
    ] {
        let mut mail = mail(1, manner(mode, Ahead, Dots));
        let (last, before) = replies.split_last().unwrap();
        talk(&mut mail, before);
        let error = mail.heard(reply(*last)).unwrap_err();
        assert_eq!(error.kind().to_string(), "proto.malformed");
    }
}

#[test]
fn what_may_have_been_taken_is_in_doubt_and_nothing_else() {
    let doubt = Doubt {
        kind: "proto.closed".parse().unwrap(),
        message: "gone".into(),
    };
    for (mode, way, replies, became) in [
        // Nothing of the text has left.
        (Smtp, Dots, &[][..], None),
        (Smtp, Chunks, &[250, 250, 250], None),
        (Smtp, OneChunk, &[550, 503, 503], None),
        // All of it has.
        (Smtp, Dots, &[250, 250, 550, 354], Some("? r550:RCPT")),
        (Smtp, OneChunk, &[], Some("? ?")),
        (Smtp, OneChunk, &[250, 550], Some("r550:RCPT ?")),
        // In LMTP some have their answer.
        (Lmtp, Dots, &[250, 250, 250, 354, 250], Some("a250 ?")),
        (Lmtp, OneChunk, &[250, 250, 250, 452], Some("r452:BDAT ?")),
    ] {
        let mut mail = mail(2, manner(mode, Ahead, way));
        if way == Chunks {
            talk_to_text(&mut mail, replies);
        } else {
            talk(&mut mail, replies);
        }
        let found = mail.doubt(&doubt).ok().map(|receipt| outcomes(&receipt));
        assert_eq!(found.as_deref(), became, "{mode:?} {way:?} {replies:?}");
    }
}
