//! robots.txt, netrc, cookies.txt and Set-Cookie: no panic, and a jar says the same after a file.
#![no_main]

use libfuzzer_sys::fuzz_target;
use netspeak_http::{CookieJar, Netrc, Robots, date};
use url::Url;

fuzz_target!(|bytes: &[u8]| {
    let text = String::from_utf8_lossy(bytes);
    let robots = Robots::new(bytes);
    let path = text.lines().next().unwrap_or_default();
    let _ = (robots.allows("bot", path), robots.crawl_delay("bot"));
    if let Ok(netrc) = text.parse::<Netrc>() {
        let _ = netrc.find("h.test", None);
    }

    let now = date::parse(b"Thu, 01 Jan 2026 00:00:00 GMT").expect("it is a date");
    let url = Url::parse("https://www.h.test/a/b").expect("it is a URL");
    let mut jar = CookieJar::default();
    jar.read_netscape(bytes, now);
    jar.store(&url, bytes.split(|byte| *byte == b'\n'), now);
    let mut again = CookieJar::default();
    assert_eq!(again.read_netscape(jar.write_netscape().expose(), now), 0);
    assert_eq!(again.header(&url, now), jar.header(&url, now));
});
