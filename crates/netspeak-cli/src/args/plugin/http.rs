//! `check_http`: a page and its status.

use super::Meaning;
use super::letter::{Letter, Means};
use super::table::{
    CRITICAL, EXTRA_OPTS, HOST, IPV4, IPV6, PORT, Plugin, TEN_SECONDS, TIMEOUT, VERBOSE, WARNING,
};

pub(super) const PLUGIN: Plugin = Plugin {
    name: "check_http",
    word: "HTTP",
    scheme: "http",
    letters: &[
        HOST,
        Letter::of_value(
            'I',
            "IP-address",
            Means::Own(|meaning, address| {
                meaning.address = Some(address.to_owned());
                Ok(())
            }),
            "where to connect, if that is not the host",
        ),
        PORT,
        IPV4,
        IPV6,
        Letter::of_some(
            'S',
            "ssl",
            Means::Own(|meaning, version| {
                meaning.is_encrypted = true;
                // Older ones than 1.2 are not spoken at all.
                match version {
                    "" | "1+" | "1.1+" | "1.2+" => Ok(()),
                    other => Err(format!(
                        "-S{other}: TLS 1.2 and 1.3 are spoken, whichever is agreed on"
                    )),
                }
            }),
            "TLS from the first byte; a version with + behind it",
        ),
        Letter::of_none(' ', "sni", Means::Already, "the host's name is always sent"),
        Letter::of_value(
            'C',
            "certificate",
            Means::Own(|meaning, days| {
                meaning.say(format!("--certificate={days}"));
                meaning.is_encrypted = true;
                meaning.is_certificate_only = true;
                Ok(())
            }),
            "days that the certificate must have left: WARN[,CRIT]; means -S, and no request",
        ),
        Letter::of_none(
            ' ',
            "continue-after-certificate",
            Means::Own(|meaning, _| {
                meaning.path.get_or_insert_default();
                meaning.scheme = Some("https");
                Ok(())
            }),
            "the page as well, behind -C",
        ),
        Letter::of_value(
            'J',
            "client-cert",
            Means::Same("cert"),
            "our own certificate",
        ),
        Letter::of_value('K', "private-key", Means::Same("key"), "its key"),
        Letter::of_value(
            'u',
            "url",
            Means::Own(|meaning, path| match path.starts_with('/') {
                true => {
                    meaning.path = Some(path.to_owned());
                    Ok(())
                }
                false => Err("-u takes a path, which begins with /".to_owned()),
            }),
            "the path (/)",
        ),
        Letter::of_value(
            'e',
            "expect",
            Means::Own(|meaning, texts| {
                for text in texts.split(',') {
                    meaning.say(format!("--expect={text}"));
                }
                Ok(())
            }),
            "what is to be in the status line, separated by commas; other statuses count for nothing then",
        ),
        Letter::of_value(
            's',
            "string",
            Means::Own(|meaning, text| {
                meaning.say(format!("--work=find:{text}"));
                Ok(())
            }),
            "what is to be in the page",
        ),
        Letter::of_value(
            'a',
            "authorization",
            Means::Same("user"),
            "USER:PASSWORD, for all to see; --user and --password-file are better",
        ),
        Letter::of_value(
            'f',
            "onredirect",
            Means::Own(redirects),
            "ok, warning, critical, or follow",
        ),
        Letter::of_none(
            'N',
            "no-body",
            Means::Own(|meaning, _| {
                meaning.say("--until=wait");
                Ok(())
            }),
            "the head of the answer is enough",
        ),
        Letter::of_value(
            'j',
            "method",
            Means::Own(|_, method| match method {
                "GET" => Ok(()),
                _ => Err(format!(
                    "-j {method}: only GET is sent, which changes nothing"
                )),
            }),
            "GET",
        ),
        Letter::of_none(
            'E',
            "extended-perfdata",
            Means::Already,
            "the times of all phases are always there",
        ),
        WARNING,
        CRITICAL,
        TIMEOUT,
        VERBOSE,
        Letter::of_value(
            'd',
            "header-string",
            Means::Not,
            "headers are not looked at",
        ),
        Letter::of_value(
            'P',
            "post",
            Means::Not,
            "nothing is sent that may change something",
        ),
        Letter::of_value('T', "content-type", Means::Not, "it belongs to --post"),
        Letter::of_value('M', "max-age", Means::Not, "headers are not looked at"),
        Letter::of_value(
            'r',
            "regex",
            Means::Not,
            "pages are not searched by patterns; -s finds a text",
        ),
        Letter::of_value(
            ' ',
            "ereg",
            Means::Not,
            "pages are not searched by patterns; -s finds a text",
        ),
        Letter::of_value(
            'R',
            "eregi",
            Means::Not,
            "pages are not searched by patterns; -s finds a text",
        ),
        Letter::of_none('l', "linespan", Means::Not, "it belongs to --regex"),
        Letter::of_none(' ', "invert-regex", Means::Not, "it belongs to --regex"),
        Letter::of_value(
            'b',
            "proxy-authorization",
            Means::Not,
            "--proxy=http://USER:PASSWORD@HOST is for that",
        ),
        Letter::of_value(
            'A',
            "useragent",
            Means::Not,
            "the request is netspeak's own",
        ),
        Letter::of_value('k', "header", Means::Not, "the request is netspeak's own"),
        Letter::of_none('B', "show-body", Means::Not, "pages are not shown"),
        Letter::of_none('L', "link", Means::Not, "the output is text"),
        Letter::of_value(
            'm',
            "pagesize",
            Means::Not,
            "sizes are in the performance data only",
        ),
        Letter::of_value(' ', "max-redirs", Means::Not, "15 are followed"),
        EXTRA_OPTS,
    ],
    finish,
};

fn redirects(meaning: &mut Meaning, what: &str) -> Result<(), String> {
    let state = match what {
        "ok" => "ok",
        "warning" => "warn",
        "critical" => "crit",
        "follow" => "follow",
        _ => {
            return Err(
                "-f takes ok, warning, critical or follow; a page is followed to its own address"
                    .to_owned(),
            );
        }
    };
    meaning.say(format!("--on-redirect={state}"));
    Ok(())
}

/// A URL, since there is a path. A wrong request of ours is a warning, as it is for the plugin.
fn finish(plugin: &Plugin, meaning: Meaning) -> Result<Vec<String>, String> {
    let scheme = if meaning.is_encrypted {
        "https"
    } else {
        plugin.scheme
    };
    let named = meaning.host.as_ref().or(meaning.address.as_ref());
    let host = named.ok_or("-H HOST or -I ADDRESS is missing")?;
    let (host, own_port) = split(host)?;
    let port = meaning.port.or(own_port);
    let shown = port
        .as_ref()
        .map(|port| format!(":{port}"))
        .unwrap_or_default();
    let path = meaning.path.filter(|path| !path.is_empty());
    let path = path.unwrap_or_else(|| "/".to_owned());
    let mut words = vec![
        format!("{scheme}://{host}{shown}{path}"),
        "--only-asked".to_owned(),
    ];
    words.extend(meaning.words);
    if let (Some(_), Some(address)) = (&meaning.host, &meaning.address) {
        let (address, _) = split(address)?;
        words.push(format!("--connect-to={host}::{address}:"));
    }
    if !meaning.has_time_limit {
        words.extend(TEN_SECONDS.map(str::to_owned));
    }
    words.extend(["--client-error=warn", "--mismatch=crit"].map(str::to_owned));
    if meaning.is_certificate_only && meaning.scheme.is_none() {
        words.push("--until=tls".to_owned());
    }
    Ok(words)
}

/// A host, in brackets where it is an IPv6 address, and the port behind it.
fn split(host: &str) -> Result<(String, Option<String>), String> {
    if host.parse::<std::net::Ipv6Addr>().is_ok() {
        return Ok((format!("[{host}]"), None));
    }
    if host.contains(['/', '?', '#', '@']) {
        return Err(format!("{host:?} is not a host"));
    }
    match host.rsplit_once(':') {
        Some((name, port)) if !host.ends_with(']') => Ok((name.to_owned(), Some(port.to_owned()))),
        _ => Ok((host.to_owned(), None)),
    }
}
