//! `check_smtp`: the greeting, EHLO, STARTTLS, a login.

use super::Meaning;
use super::letter::{Letter, Means};
use super::table::{
    CERTIFICATE, CRITICAL, EXTRA_OPTS, HOST, IPV4, IPV6, PORT, Plugin, TIMEOUT, VERBOSE, WARNING,
    encrypted, words,
};

pub(super) const PLUGIN: Plugin = Plugin {
    name: "check_smtp",
    word: "SMTP",
    scheme: "smtp",
    letters: &[
        HOST,
        PORT,
        IPV4,
        IPV6,
        Letter::of_none('S', "starttls", Means::Own(encrypted), "STARTTLS"),
        CERTIFICATE,
        Letter::of_value(
            'e',
            "expect",
            Means::Same("expect"),
            "what the server has to say first",
        ),
        Letter::of_value(
            'A',
            "authtype",
            Means::Own(|_, kind| match kind {
                "LOGIN" => Ok(()),
                _ => Err("-A takes LOGIN; --login-options=AUTH=MECHANISM takes others".to_owned()),
            }),
            "LOGIN, with -U and -P; no password crosses clear text",
        ),
        Letter::of_value(
            'U',
            "authuser",
            Means::Own(|meaning, user| {
                meaning.user = Some(user.to_owned());
                Ok(())
            }),
            "the user who logs in",
        ),
        Letter::of_value(
            'P',
            "authpass",
            Means::Own(|meaning, password| {
                meaning.password = Some(password.to_owned());
                Ok(())
            }),
            "the password, for all to see; --password-file is better",
        ),
        Letter::of_none(
            'L',
            "lmtp",
            Means::Own(|meaning, _| {
                meaning.scheme = Some("lmtp");
                Ok(())
            }),
            "LMTP",
        ),
        Letter::of_value(
            'F',
            "fqdn",
            Means::Same("ehlo"),
            "the name to introduce ourselves by",
        ),
        Letter::of_none(
            'q',
            "ignore-quit-failure",
            Means::Already,
            "a goodbye that fails is told, and no alarm",
        ),
        WARNING,
        CRITICAL,
        TIMEOUT,
        VERBOSE,
        Letter::of_value(
            'f',
            "from",
            Means::Not,
            "no mail is begun; --work tries an envelope",
        ),
        Letter::of_value(
            'C',
            "command",
            Means::Not,
            "only the protocol is spoken; --work tries an envelope",
        ),
        Letter::of_value('R', "response", Means::Not, "it belongs to --command"),
        EXTRA_OPTS,
    ],
    finish,
};

fn finish(plugin: &Plugin, mut meaning: Meaning) -> Result<Vec<String>, String> {
    match (meaning.user.take(), meaning.password.take()) {
        (Some(user), Some(_)) if user.contains(':') => {
            return Err("-U: a name with a colon goes with --password-file only".to_owned());
        }
        (Some(user), Some(password)) => {
            meaning.say(format!("--user={user}:{password}"));
            meaning.say("--login-options=AUTH=LOGIN");
        }
        (Some(_), None) => return Err("-U needs -P".to_owned()),
        (None, Some(_)) => return Err("-P needs -U".to_owned()),
        (None, None) => {}
    }
    let (is_encrypted, goes_further) = (meaning.is_encrypted, meaning.goes_further);
    let mut words = words(plugin, meaning)?;
    if is_encrypted {
        words.push("--starttls".to_owned());
    } else if !goes_further {
        words.push("--tls=off".to_owned());
    }
    Ok(words)
}
