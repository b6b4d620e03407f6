//! Header fields of an answer: no panic, and what goes back to a server or to a disk is fit for it.
#![no_main]

use http::header::{CONTENT_DISPOSITION, LOCATION};
use http::{HeaderMap, HeaderValue, Method, StatusCode};
use libfuzzer_sys::fuzz_target;
use netspeak_core::{LocalName, NameRules, Secret};
use netspeak_http::auth::{
    Answer, AuthenticationInfo, Credentials, Entity, Privacy, challenges, choose,
};
use netspeak_http::{ContentRange, ETag, Hop, date, local_name, retry_after};
use url::Url;

fuzz_target!(|bytes: &[u8]| {
    let now = date::parse(b"Thu, 01 Jan 2026 00:00:00 GMT").expect("it is a date");
    let _ = (retry_after(bytes, now), ETag::new(bytes));
    if let Ok(ContentRange::Within { first, last, .. }) = ContentRange::new(bytes) {
        assert!(first <= last);
    }
    if let Some(time) = date::parse(bytes) {
        assert_eq!(date::parse(date::imf_fixdate(time).as_bytes()), Some(time));
    }
    log_in(bytes);
    let Ok(value) = HeaderValue::from_bytes(bytes) else {
        return;
    };
    let url = Url::parse("http://h.test/a/b").expect("it is a URL");
    let headers = |name| HeaderMap::from_iter([(name, value.clone())]);
    if let Ok(Some(hop)) = Hop::of(StatusCode::FOUND, &Method::GET, &url, &headers(LOCATION)) {
        assert!(matches!(hop.url.scheme(), "http" | "https"));
        assert!(hop.url.as_str().bytes().all(|byte| byte.is_ascii_graphic()));
    }
    for rules in [NameRules::Unix, NameRules::Mac, NameRules::Windows] {
        if let Some(name) = local_name(&headers(CONTENT_DISPOSITION), &url, rules) {
            let name = name.as_path().to_str().expect("it is UTF-8");
            assert!(LocalName::new(name.as_bytes(), rules).is_ok() && !name.starts_with('.'));
        }
    }
});

fn log_in(bytes: &[u8]) {
    let found = challenges([bytes]);
    for challenge in &found {
        assert!(!challenge.to_string().chars().any(char::is_control));
    }
    let credentials = Credentials::Password {
        user: "user \"name\"".to_owned(),
        password: Secret::from("password"),
    };
    if let Ok(Answer::Digest(mut digest)) = choose(&found, &credentials, Privacy::Exposed) {
        let signed = digest.authorize(&Method::GET, "/", Entity::Bytes(b""));
        let signed = signed.expect("what was chosen can be answered");
        let info = AuthenticationInfo::new(bytes);
        let _ = (
            signed.verify(&info, Entity::Bytes(bytes)),
            digest.learn(&info),
        );
    }
}
