use proptest::prelude::*;

use super::*;

/// The example of RFC 9309 section 5.1.
const EXAMPLE: &[u8] = b"\
User-Agent: *
Disallow: *.gif$
Disallow: /example/
Allow: /publications/

User-Agent: foobot
Disallow:/
Allow:/example/page.html
Allow:/example/allowed.gif

User-Agent: barbot
User-Agent: bazbot
Disallow: /example/page.html

User-Agent: quxbot
";

#[test]
fn the_example_of_the_rfc() {
    let robots = Robots::new(EXAMPLE);
    for (agent, path, wanted) in [
        ("foobot", "/example/page.html", true),
        ("FooBot/2.1 (x)", "/example/allowed.gif", true),
        ("foobot", "/", false),
        ("barbot", "/example/page.html", false),
        ("bazbot", "/example/page.html", false),
        ("bazbot", "/example/", true),
        ("quxbot", "/example/", true),
        ("other", "/example/", false),
        ("other", "/publications/x", true),
        ("other", "/publications/x.gif", true),
        ("other", "/x.gif", false),
        ("foobot-news", "/", true),
        ("foobot", "/robots.txt", true),
    ] {
        assert_eq!(robots.allows(agent, path), wanted, "{agent} {path}");
    }
}

#[test]
fn the_longest_rule_counts_and_allow_on_a_tie() {
    let robots = Robots::new(
        b"user-agent: *\nallow: /p\ndisallow: /\n\
          disallow: /page\nallow: /page\nallow: /tie\ndisallow: /tie\n\
          allow: /$\n\
          disallow: /deep/er\nallow: /deep\n",
    );
    for (path, wanted) in [
        ("/p", true),
        ("/x", false),
        ("/page", true),
        ("/tie", true),
        ("/", true),
        ("", true),
        ("/deep/x", true),
        ("/deep/er", false),
    ] {
        assert_eq!(robots.allows("a", path), wanted, "{path}");
    }
}

#[test]
fn groups_of_one_program_are_one() {
    let robots = Robots::new(
        b"Disallow: /nobodys\n\
          User-agent: a\nDisallow: /1\nCrawl-delay: 1.5\n\
          User-agent: b # comment\nSitemap: http://h.test/map\nUser-agent: a\n\
          disallow : /2 # comment\nRequest-rate: 3/20m\n\
          Host: x\nnonsense\n: \n",
    );
    for (agent, path, wanted) in [
        ("a", "/1", false),
        ("a", "/2", false),
        ("b", "/1", true),
        ("b", "/2", false),
        ("c", "/1", true),
        ("a", "/nobodys", true),
        ("", "/1", true),
        ("*", "/1", true),
    ] {
        assert_eq!(robots.allows(agent, path), wanted, "{agent} {path}");
    }
    assert_eq!(robots.crawl_delay("A/1"), Some(Duration::from_millis(1500)));
    assert_eq!(robots.crawl_delay("b"), None);
    let rate = RequestRate {
        requests: 3,
        per: Duration::from_secs(1200),
    };
    assert_eq!(robots.request_rate("b"), Some(rate));
    assert_eq!(robots.request_rate("c"), None);
    assert_eq!(robots.sitemaps(), ["http://h.test/map"]);
}

#[test]
fn odd_numbers_are_none() {
    for bad in ["-1", "soon", "NaN", "inf", "1e400", ""] {
        let robots = Robots::new(format!("user-agent: *\ncrawl-delay: {bad}").as_bytes());
        assert_eq!(robots.crawl_delay("a"), None, "{bad}");
    }
    for bad in [
        "1",
        "1/",
        "/1",
        "1/x",
        "-1/1",
        "1/1d",
        "1/99999999999999999999",
        "1/1ms",
    ] {
        assert_eq!(rate(bad), None, "{bad}");
    }
}

#[test]
fn line_ends_and_marks_do_not_matter() {
    for file in [
        &b"\xef\xbb\xbfUser-agent: *\r\nDisallow: /x\r\n"[..],
        b"USER-AGENT:*\rDISALLOW:/x",
        b"\n\n user-agent : * \n\n\n\tdisallow\t:\t/x",
    ] {
        assert!(!Robots::new(file).allows("a", "/x"));
    }
}

#[test]
fn more_than_500_kib_are_not_read() {
    let mut file = b"User-agent: *\nDisallow: /first\n".to_vec();
    while file.len() < MOST - 10 {
        file.extend_from_slice(b"# x\n");
    }
    file.extend_from_slice(b"\nDisallow: /last\n");
    let robots = Robots::new(&file);
    assert!(!robots.allows("a", "/first"));
    assert!(robots.allows("a", "/last") && robots.allows("a", "/"));
}

#[test]
fn a_missing_file_allows_and_a_broken_server_forbids() {
    let of = |status| Robots::of_status(StatusCode::from_u16(status).unwrap());
    assert_eq!(of(200), None);
    for (status, wanted) in [
        (302, true),
        (401, true),
        (404, true),
        (429, true),
        (500, false),
        (503, false),
    ] {
        assert_eq!(of(status).unwrap().allows("a", "/x"), wanted, "{status}");
    }
}

proptest! {
    #[test]
    fn no_file_makes_it_panic(
        file in "((user-agent|disallow|allow|crawl-delay|request-rate|sitemap)?:? ?[ -~é*$\n]{0,12}\n?){0,20}",
        path in "\\PC{0,20}",
    ) {
        let robots = Robots::new(file.as_bytes());
        let _ = (robots.allows("a", &path), robots.crawl_delay("a"), robots.request_rate("a"));
    }
}
