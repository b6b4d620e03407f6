//! [`Robots`]: what a site asks of programs that visit it (RFC 9309).

use std::time::Duration;

use http::StatusCode;
use netspeak_core::text::digits;

mod pattern;

use pattern::{Pattern, normal_path};

/// What is read of a file, in bytes: RFC 9309 section 2.5 asks for this much at least.
const MOST: usize = 500 * 1024;

/// The rules of a `robots.txt`.
///
/// ```
/// use netspeak_http::Robots;
///
/// let robots = Robots::new(b"User-agent: *\nDisallow: /private/\nAllow: /private/*.html$\n");
/// assert!(robots.allows("mybot/1.0", "/"));
/// assert!(!robots.allows("mybot/1.0", "/private/data"));
/// assert!(robots.allows("mybot/1.0", "/private/page.html"));
/// ```
///
/// | `urllib.robotparser` | here |
/// |---|---|
/// | `parse(lines)` | [`Robots::new`] |
/// | `read()` | the client gets the file; [`Robots::of_status`] says what a failure means |
/// | `can_fetch(agent, url)` | [`Robots::allows`] |
/// | `crawl_delay(agent)` | [`Robots::crawl_delay`] |
/// | `request_rate(agent)` | [`Robots::request_rate`] |
/// | `site_maps()` | [`Robots::sitemaps`] |
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Robots {
    groups: Vec<Group>,
    sitemaps: Vec<String>,
}

/// Rules for some programs.
#[derive(Clone, Debug, Default, PartialEq)]
struct Group {
    /// Product tokens in lower case; `*` is everybody else.
    agents: Vec<String>,
    rules: Vec<Rule>,
    crawl_delay: Option<Duration>,
    request_rate: Option<RequestRate>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
struct Rule {
    verdict: Verdict,
    pattern: Pattern,
}

/// Ordered so that of rules equally long, Allow wins.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Verdict {
    Disallow,
    Allow,
}

/// How many requests a site wants within a time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct RequestRate {
    /// So many requests.
    pub requests: u32,
    /// In this time.
    pub per: Duration,
}

impl Robots {
    /// Reads a file: its first 500 KiB. What is not understood is ignored.
    ///
    /// ```text
    /// group = startgroupline *( startgroupline ) *( rule )
    /// startgroupline = "user-agent" ":" product-token
    /// rule = ( "allow" / "disallow" ) ":" ( path-pattern / empty-pattern )
    /// ```
    pub fn new(file: &[u8]) -> Self {
        let whole = file.get(..MOST).map(|head| {
            // A rule that is cut off would forbid or allow too much.
            let end = head.iter().rposition(|byte| *byte == b'\n').unwrap_or(0);
            head.get(..end).unwrap_or_default()
        });
        let file = whole.filter(|_| file.len() > MOST).unwrap_or(file);
        let file = file.strip_prefix(b"\xef\xbb\xbf").unwrap_or(file);
        let mut reader = Reader::default();
        for line in file.split(|byte| matches!(byte, b'\n' | b'\r')) {
            reader.line(line);
        }
        reader.robots
    }

    /// What it means if the file cannot be had (RFC 9309 section 2.3.1): without one (400 to 499, or
    /// too many redirects) all is allowed; from a server in trouble (500 to 599) nothing is asked.
    /// `None` if there is a file.
    pub fn of_status(status: StatusCode) -> Option<Self> {
        match status.as_u16() {
            200..=299 => None,
            500..=599 => Some(Self::new(b"User-agent: *\nDisallow: /")),
            _ => Some(Self::default()),
        }
    }

    /// Whether a program may ask for a path. The program is known by its product token, which ends at
    /// the first slash or blank (`mybot` of `mybot/1.0`), in any case; the path may have a query. The
    /// longest rule that fits counts, and Allow if two are as long. `/robots.txt` is always allowed.
    pub fn allows(&self, agent: &str, path: &str) -> bool {
        let path = normal_path(path);
        if path == b"/robots.txt" {
            return true;
        }
        self.groups_of(agent)
            .flat_map(|group| &group.rules)
            .filter(|rule| rule.pattern.matches(&path))
            .max_by_key(|rule| (rule.pattern.len(), rule.verdict))
            .is_none_or(|rule| rule.verdict == Verdict::Allow)
    }

    /// How long the site wants a program to wait between two requests. No part of the RFC, but used.
    pub fn crawl_delay(&self, agent: &str) -> Option<Duration> {
        self.groups_of(agent).find_map(|group| group.crawl_delay)
    }

    /// How many requests the site wants within a time. No part of the RFC, but used.
    pub fn request_rate(&self, agent: &str) -> Option<RequestRate> {
        self.groups_of(agent).find_map(|group| group.request_rate)
    }

    /// The URLs of the site's maps, as written.
    pub fn sitemaps(&self) -> &[String] {
        &self.sitemaps
    }

    /// The groups that name the program, or else those for everybody.
    fn groups_of(&self, agent: &str) -> impl Iterator<Item = &Group> {
        let token = token(agent);
        let names = |group: &Group, token: &str| group.agents.iter().any(|agent| agent == token);
        let is_named = token != "*" && self.groups.iter().any(|group| names(group, &token));
        let token = if is_named { token } else { "*".to_owned() };
        self.groups.iter().filter(move |group| names(group, &token))
    }
}

/// `MyBot/1.0 (x)` is `mybot`.
fn token(agent: &str) -> String {
    let end = |c: char| c == '/' || c.is_whitespace();
    let token = agent.trim().split(end).next().unwrap_or_default();
    token.to_lowercase()
}

#[derive(Default)]
struct Reader {
    robots: Robots,
    /// The group has rules already: another User-agent begins a new one.
    has_rules: bool,
}

impl Reader {
    fn line(&mut self, line: &[u8]) {
        let line = line.split(|byte| *byte == b'#').next().unwrap_or_default();
        let mut parts = line.splitn(2, |byte| *byte == b':');
        let (Some(key), Some(value)) = (parts.next(), parts.next()) else {
            return;
        };
        let value = value.trim_ascii();
        let text = String::from_utf8_lossy(value);
        match key.trim_ascii().to_ascii_lowercase().as_slice() {
            b"user-agent" => self.agent(&text),
            b"disallow" => self.rule(Verdict::Disallow, value),
            b"allow" => self.rule(Verdict::Allow, value),
            b"crawl-delay" => self.group(|group| {
                group.crawl_delay = group.crawl_delay.or_else(|| seconds(&text));
            }),
            b"request-rate" => self.group(|group| {
                group.request_rate = group.request_rate.or_else(|| rate(&text));
            }),
            b"sitemap" if !text.is_empty() => self.robots.sitemaps.push(text.into_owned()),
            _ => {}
        }
    }

    fn agent(&mut self, name: &str) {
        if self.has_rules || self.robots.groups.is_empty() {
            self.robots.groups.push(Group::default());
            self.has_rules = false;
        }
        if let Some(group) = self.robots.groups.last_mut() {
            group.agents.push(token(name));
        }
    }

    fn rule(&mut self, verdict: Verdict, pattern: &[u8]) {
        self.group(|group| {
            // An empty one fits nothing: `Disallow:` forbids nothing.
            group
                .rules
                .extend(Pattern::new(pattern).map(|pattern| Rule { verdict, pattern }));
        });
    }

    /// Rules before the first User-agent are nobody's.
    fn group(&mut self, change: impl FnOnce(&mut Group)) {
        if let Some(group) = self.robots.groups.last_mut() {
            change(group);
            self.has_rules = true;
        }
    }
}

fn seconds(text: &str) -> Option<Duration> {
    let seconds: f64 = text.parse().ok()?;
    Duration::try_from_secs_f64(seconds).ok()
}

/// `3/20`: three requests in twenty seconds; `1/5m` and `1/2h` are of minutes and hours.
fn rate(text: &str) -> Option<RequestRate> {
    let (requests, time) = text.split_whitespace().next()?.split_once('/')?;
    let number = time.trim_end_matches(['s', 'm', 'h']);
    let unit = match time.strip_prefix(number)? {
        "" | "s" => 1,
        "m" => 60,
        "h" => 3600,
        _ => return None,
    };
    let count: u64 = digits(number)?;
    Some(RequestRate {
        requests: digits(requests)?,
        per: Duration::from_secs(count.checked_mul(unit)?),
    })
}

#[cfg(test)]
mod tests;
