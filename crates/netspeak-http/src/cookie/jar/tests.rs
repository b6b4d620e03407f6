use proptest::prelude::*;

use super::*;
use crate::cases;
use crate::cookie::{Access, SameSite};

fn url(text: &str) -> Url {
    Url::parse(text).unwrap()
}

fn now() -> Timestamp {
    "2026-01-01T00:00:00Z".parse().unwrap()
}

fn jar(from: &str, values: &[&str]) -> CookieJar {
    let mut jar = CookieJar::default();
    jar.store(
        &url(from),
        values.iter().map(|value| value.as_bytes()),
        now(),
    );
    jar
}

fn sent(jar: &CookieJar, to: &str) -> String {
    sent_at(jar, to, now())
}

fn sent_at(jar: &CookieJar, to: &str, time: Timestamp) -> String {
    let value = jar.header(&url(to), time);
    value.map_or(String::new(), |value| crate::field::text(value.as_bytes()))
}

#[test]
fn every_case_is_sent_where_is_right() {
    for row in cases::rows(include_str!("../../../tests/cases/cookies.jsonl")) {
        let values: Vec<String> = serde_json::from_str(row.text()).unwrap();
        let values: Vec<&str> = values.iter().map(String::as_str).collect();
        let jar = jar(row.given("request"), &values);
        let is_right = row.allows(|right| {
            let places = right["sent"].as_object().unwrap();
            places
                .iter()
                .all(|(place, right)| sent(&jar, place) == *right)
        });
        assert!(is_right, "{}: {jar:?}", row.id);
    }
}

#[test]
fn a_domain_is_the_servers_own_or_the_cookie_is_refused() {
    for (from, domain, to, wanted) in [
        (
            "http://a.example.co.uk/",
            "example.co.uk",
            "http://b.example.co.uk/",
            true,
        ),
        (
            "http://a.example.co.uk/",
            "co.uk",
            "http://a.example.co.uk/",
            false,
        ),
        (
            "http://a.example.co.uk/",
            "uk",
            "http://a.example.co.uk/",
            false,
        ),
        (
            "http://x.github.io/",
            "github.io",
            "http://y.github.io/",
            false,
        ),
        ("http://a.h.test/", "b.h.test", "http://a.h.test/", false),
        ("http://h.test/", "a.h.test", "http://h.test/", false),
        ("http://h.test/", "", "http://h.test/", true),
        ("http://h.test/", ".", "http://h.test/", false),
        // A host that is a suffix itself has cookies of its own.
        ("http://github.io/", "github.io", "http://github.io/", true),
        (
            "http://github.io/",
            "github.io",
            "http://x.github.io/",
            false,
        ),
        (
            "http://localhost/",
            "localhost",
            "http://localhost:8080/",
            true,
        ),
        ("http://10.0.0.1/", "10.0.0.1", "http://10.0.0.1/", true),
        ("http://10.0.0.1/", "0.0.1", "http://10.0.0.1/", false),
        ("http://[::1]/", "[::1]", "http://[::1]/", true),
        ("http://[::1]/", "::1", "http://[::1]/", true),
    ] {
        let jar = jar(from, &[&format!("a=1; Domain={domain}")]);
        let found = sent(&jar, to) == "a=1";
        assert_eq!(found, wanted, "{domain} from {from} to {to}");
    }
}

#[test]
fn names_promise_what_they_say() {
    let https = "https://h.test/";
    for (from, value, kept) in [
        (https, "__Host-a=1; Secure; Path=/", true),
        (https, "__host-a=1; Secure", false),
        (https, "__Host-a=1; Path=/", false),
        (https, "__Host-a=1; Secure; Path=/; Domain=h.test", false),
        (https, "__Host-a=1; Secure; Path=/x", false),
        (https, "__Secure-a=1; Secure", true),
        (https, "__Secure-a=1", false),
        (https, "=__Host-a=1; Secure; Path=/", false),
        (https, "__Secure-a", false),
        ("http://h.test/", "a=1; Secure", false),
        (https, "a=1; Secure", true),
    ] {
        assert_eq!(!jar(from, &[value]).is_empty(), kept, "{value}");
    }
}

#[test]
fn a_secure_cookie_is_not_replaced_from_outside() {
    let mut jar = jar("https://h.test/", &["a=1; Secure; Path=/"]);
    let mut try_from = |from: &str, value: &str| {
        jar.store(&url(from), [value.as_bytes()], now());
        sent(&jar, "https://h.test/")
    };
    assert_eq!(try_from("http://h.test/", "a=2; Path=/"), "a=1");
    assert_eq!(try_from("http://h.test/", "a=; Path=/; Max-Age=0"), "a=1");
    assert_eq!(try_from("http://x.h.test/", "a=2; Domain=h.test"), "a=1");
    assert_eq!(try_from("https://h.test/", "a=3; Path=/; Secure"), "a=3");
}

#[test]
fn attributes_are_kept() {
    let jar = jar(
        "https://h.test/",
        &["a=1; HttpOnly; samesite=LAX; secure; Path=/x; Path=nowhere; Max-Age=60; Foo; =bar"],
    );
    let cookie = jar.iter().next().unwrap();
    assert_eq!((cookie.name(), cookie.domain()), (&b"a"[..], "h.test"));
    assert_eq!(cookie.reach(), Reach::Host);
    assert_eq!(cookie.access(), Access::HttpOnly);
    assert_eq!(cookie.same_site(), SameSite::Lax);
    assert_eq!(cookie.sent_over(), SentOver::TlsOnly);
    assert_eq!(cookie.path(), "/");
    assert_eq!(
        cookie.expires().unwrap().to_string(),
        "2026-01-01T00:01:00Z"
    );
}

#[test]
fn ages_and_dates_end_a_cookie() {
    let later: Timestamp = "2026-01-01T00:01:00Z".parse().unwrap();
    for (value, at_once, after) in [
        ("a=1", true, true),
        ("a=1; Max-Age=60", true, false),
        ("a=1; Max-Age=61", true, true),
        ("a=1; Max-Age=99999999999999999999", true, true),
        ("a=1; Max-Age=9223372036854775807", true, true),
        ("a=1; Max-Age=-99999999999999999999", false, false),
        ("a=1; Max-Age=0", false, false),
        ("a=1; Max-Age=-0", false, false),
        ("a=1; Max-Age=soon", true, true),
        ("a=1; Max-Age=", true, true),
        ("a=1; Expires=soon", true, true),
        ("a=1; Expires=Thu, 01 Jan 2026 00:00:30 GMT", true, false),
        (
            "a=1; Expires=Thu, 01 Jan 2026 00:00:30 GMT; Max-Age=90",
            true,
            true,
        ),
    ] {
        let mut jar = jar("http://h.test/", &[value]);
        assert_eq!(!sent(&jar, "http://h.test/").is_empty(), at_once, "{value}");
        let found = sent_at(&jar, "http://h.test/", later);
        assert_eq!(!found.is_empty(), after, "{value}");
        jar.remove_expired(later);
        assert_eq!(jar.len(), usize::from(after), "{value}");
    }
    let mut jar = jar("http://h.test/", &["a=1", "b=2; Max-Age=9"]);
    jar.end_session();
    assert_eq!(sent(&jar, "http://h.test/"), "b=2");
}

#[test]
fn what_could_split_a_header_or_a_file_is_no_cookie() {
    for value in [
        &b"a=1\r\nX: y"[..],
        b"a=1\n",
        b"a=\0",
        b"a\tb=1",
        b"a=\x7f",
        b"",
        b"=",
        b" ; Path=/",
    ] {
        let mut jar = CookieJar::default();
        jar.store(&url("http://h.test/"), [value], now());
        assert!(jar.is_empty(), "{value:?}");
    }
    let mut jar = CookieJar::default();
    jar.store(&url("http://h.test/"), [&b"caf\xe9=\xfc"[..]], now());
    assert_eq!(
        jar.header(&url("http://h.test/"), now())
            .unwrap()
            .as_bytes(),
        b"caf\xe9=\xfc"
    );
}

#[test]
fn the_jar_has_limits() {
    let value = |length: usize| format!("a={}", "x".repeat(length));
    assert_eq!(jar("http://h.test/", &[&value(4095)]).len(), 1);
    assert_eq!(jar("http://h.test/", &[&value(4096)]).len(), 0);
    let long = format!("a=1; Path=/{}", "x".repeat(1024));
    assert_eq!(
        jar("http://h.test/", &[&long])
            .iter()
            .next()
            .unwrap()
            .path(),
        "/"
    );

    let many: Vec<String> = (0..200)
        .map(|n| format!("n{n}={}", "x".repeat(1000)))
        .collect();
    let mut jar = jar(
        "http://h.test/",
        &many.iter().map(String::as_str).collect::<Vec<_>>(),
    );
    assert_eq!(jar.len(), MOST_OF_A_DOMAIN);
    let line = sent(&jar, "http://h.test/");
    assert!(line.starts_with("n20=x") && line.len() <= LONGEST_HEADER);

    for n in 0..MOST {
        let from = url(&format!("http://h{n}.test/"));
        jar.store(&from, [&b"a=1"[..]], now());
    }
    assert_eq!(jar.len(), MOST);
    assert_eq!(jar.iter().count(), MOST);
}

#[test]
fn values_are_not_shown() {
    let jar = jar("http://h.test/", &["a=marker"]);
    let header = jar.header(&url("http://h.test/"), now()).unwrap();
    assert!(header.is_sensitive());
    let shown = format!("{jar:?} {header:?} {:?}", jar.write_netscape());
    assert!(!shown.contains("marker"), "{shown}");
}

#[test]
fn a_file_of_netscapes_is_read() {
    let file = b"# Netscape HTTP Cookie File\r\n\n\
        h.test\tFALSE\t/\tFALSE\t0\tsession\t1\r\n\
        .h.test\tTRUE\t/dir\tTRUE\t4102444800\tsecure\t2\n\
        #HttpOnly_h.test\tFALSE\t/\tfalse\t4102444800\thidden\t3\n\
        h.test\tFALSE\t/\tFALSE\t1\texpired\t4\n\
        h.test\tFALSE\t/\tFALSE\t0\tempty\t\n\
        h.test\tFALSE\t/\tFALSE\t0\tnothing\n\
        .co.uk\tTRUE\t/\tFALSE\t0\tsuffix\t5\n\
        h.test\tMAYBE\t/\tFALSE\t0\tflag\t6\n\
        h.test\tFALSE\t/\tFALSE\tsoon\ttime\t7\n\
        h.test\tFALSE\t/\tFALSE\t0\ttab\t8\t9\n\
        h.test FALSE / FALSE 0 blanks 9\n";
    let mut jar = CookieJar::default();
    assert_eq!(jar.read_netscape(file, now()), 5);
    assert_eq!(
        sent(&jar, "http://h.test/dir/x"),
        "session=1; hidden=3; empty=; nothing="
    );
    assert_eq!(sent(&jar, "https://a.h.test/dir/x"), "secure=2");
    let written = jar.write_netscape();
    let mut again = CookieJar::default();
    assert_eq!(again.read_netscape(written.expose(), now()), 0);
    assert_eq!(again.write_netscape(), written);
    let text = String::from_utf8(written.expose().clone()).unwrap();
    assert!(text.contains("\n#HttpOnly_h.test\tFALSE\t/\tFALSE\t4102444800\thidden\t3\n"));
    assert!(text.contains("\n.h.test\tTRUE\t/dir\tTRUE\t4102444800\tsecure\t2\n"));
}

proptest! {
    #[test]
    fn no_bytes_make_it_panic_and_the_header_is_one_line(
        value in proptest::collection::vec(any::<u8>(), 0..100),
        file in proptest::collection::vec(any::<u8>(), 0..100),
    ) {
        let mut jar = CookieJar::default();
        jar.store(&url("https://www.h.test/a/b"), [&value[..]], now());
        jar.read_netscape(&file, now());
        let _ = jar.header(&url("https://www.h.test/a/b"), now());
    }

    #[test]
    fn what_is_stored_survives_the_file(
        values in proptest::collection::vec(
            "[a-z=]{0,3}=?[ -~é]{0,9}(; (Domain=h.test|Path=/[a-z]{0,3}|Max-Age=[1-9]{1,5}|Secure|HttpOnly)){0,4}",
            0..8,
        ),
    ) {
        let values: Vec<&str> = values.iter().map(String::as_str).collect();
        let stored = jar("https://www.h.test/", &values);
        let mut read = CookieJar::default();
        prop_assert_eq!(read.read_netscape(stored.write_netscape().expose(), now()), 0);
        for to in ["https://www.h.test/", "http://www.h.test/a", "https://x.h.test/abc/"] {
            prop_assert_eq!(sent(&read, to), sent(&stored, to));
        }
    }
}
