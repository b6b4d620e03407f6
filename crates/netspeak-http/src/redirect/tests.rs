use http::HeaderValue;
use proptest::prelude::*;

use super::*;
use crate::cases;

fn url(text: &str) -> Url {
    Url::parse(text).unwrap()
}

fn headers(locations: &[&[u8]]) -> HeaderMap {
    let values = locations
        .iter()
        .map(|location| (LOCATION, HeaderValue::from_bytes(location).unwrap()));
    values.collect()
}

fn hop(status: u16, method: Method, from: &str, location: &[u8]) -> Result<Option<Hop>> {
    Hop::of(
        StatusCode::from_u16(status).unwrap(),
        &method,
        &url(from),
        &headers(&[location]),
    )
}

#[test]
fn every_case_is_followed_as_is_right() {
    for row in cases::rows(include_str!("../../tests/cases/redirects.jsonl")) {
        let id = &row.id;
        if row.class == "redirect-method" {
            let method: Method = row.given("method").parse().unwrap();
            let status = row.text().parse().unwrap();
            let hop = hop(status, method, "http://h.test/", b"/b")
                .unwrap()
                .unwrap();
            assert_eq!(hop.method.as_str(), row.right["method"], "{id}");
            assert_eq!(!hop.drops_body, row.right["body"], "{id}");
            continue;
        }
        let found = hop(302, Method::GET, row.given("base"), &row.input);
        if row.wants_error() {
            assert!(matches!(found, Err(Error::Malformed { .. })), "{id}");
            continue;
        }
        let found = found.unwrap().unwrap();
        if row.class == "redirect-credentials" {
            let mut headers = HeaderMap::new();
            headers.insert(AUTHORIZATION, HeaderValue::from_static("Basic eDp5"));
            found.strip(&mut headers, &[]);
            let outcome = headers.get(AUTHORIZATION).map_or("dropped", |_| "kept");
            let right = row.right["authorization"].as_str().unwrap();
            assert!(right.contains(outcome), "{id}: {outcome}");
            continue;
        }
        let found = found.url.as_str();
        assert!(
            row.allows(|right| right["target"] == found),
            "{id}: {found}"
        );
    }
}

#[test]
fn odd_locations_are_urls_or_errors() {
    for (location, wanted) in [
        (
            &b"http://b\xc3\xbccher.example/"[..],
            Some("http://xn--bcher-kva.example/"),
        ),
        (b" /a\t", Some("http://h.test/a")),
        (b"HTTPS:\\\\x.test\\y", Some("https://x.test/y")),
        (b"#part", Some("http://h.test/dir/page?q#part")),
        (b"../up?x y#z", Some("http://h.test/up?x%20y#z")),
        (b"caf\xe9", Some("http://h.test/dir/caf%E9")),
        (b"/a\tb", None),
        (b"http://b\xfccher.example/", None),
        (b"http://h.test:99999/", None),
        (b"http://u@h.test/", None),
        (b"javascript:alert(1)", None),
        (b"gopher://h.test/", None),
        (b"data:,x", None),
    ] {
        let found = hop(302, Method::GET, "http://h.test/dir/page?q#top", location);
        let found = found.ok().flatten().map(|hop| hop.url);
        let wanted = wanted.map(|wanted| match wanted.contains('#') {
            true => wanted.to_owned(),
            false => format!("{wanted}#top"),
        });
        assert_eq!(
            found.as_ref().map(Url::as_str),
            wanted.as_deref(),
            "{location:?}"
        );
    }
}

#[test]
fn the_method_and_the_body_follow_the_status() {
    use http::Method as M;
    for (status, method, next, drops_body) in [
        (301, M::GET, M::GET, true),
        (301, M::POST, M::GET, true),
        (302, M::HEAD, M::HEAD, true),
        (302, M::PUT, M::PUT, false),
        (303, M::PUT, M::GET, true),
        (303, M::DELETE, M::GET, true),
        (303, M::HEAD, M::HEAD, true),
        (307, M::POST, M::POST, false),
        (308, M::PUT, M::PUT, false),
    ] {
        let hop = hop(status, method.clone(), "http://h.test/", b"/b")
            .unwrap()
            .unwrap();
        assert_eq!(
            (&hop.method, hop.drops_body),
            (&next, drops_body),
            "{status} {method}"
        );
    }
    for status in [200, 201, 300, 304, 305, 306, 400] {
        let hop = hop(status, M::GET, "http://h.test/", b"/b").unwrap();
        assert_eq!(hop, None, "{status}");
    }
}

#[test]
fn an_empty_or_missing_location_is_no_redirect_and_two_are_an_error() {
    let follow = |locations: &[&[u8]]| {
        Hop::of(
            StatusCode::FOUND,
            &Method::GET,
            &url("http://h.test/"),
            &headers(locations),
        )
    };
    assert_eq!(follow(&[]).unwrap(), None);
    assert_eq!(follow(&[b""]).unwrap(), None);
    assert_eq!(follow(&[b" \t"]).unwrap(), None);
    assert!(follow(&[b"/a", b"/a"]).unwrap().is_some());
    assert!(matches!(
        follow(&[b"/a", b"/b"]),
        Err(Error::Malformed { .. })
    ));
}

#[test]
fn a_password_in_location_is_not_in_the_error() {
    let error = hop(
        302,
        Method::GET,
        "http://h.test/",
        b"http://u:marker@x.test/",
    )
    .unwrap_err();
    assert_eq!(
        error.message(),
        "expected a redirect without user data, got \"x.test\""
    );
}

#[test]
fn what_belongs_to_an_origin_or_a_body_stays_behind() {
    let names = |hop: &Hop| {
        let mut headers = HeaderMap::new();
        for name in [
            "accept",
            "authorization",
            "content-length",
            "content-type",
            "cookie",
            "host",
            "x-api-key",
            "x-token",
        ] {
            headers.insert(HeaderName::from_static(name), HeaderValue::from_static("v"));
        }
        headers.get_mut("x-token").unwrap().set_sensitive(true);
        hop.strip(&mut headers, &[HeaderName::from_static("x-api-key")]);
        let mut names: Vec<String> = headers.keys().map(ToString::to_string).collect();
        names.sort();
        names.join(" ")
    };
    let follow = |status, location: &[u8]| hop(status, Method::POST, "https://h.test/", location);
    for (status, location, left) in [
        (
            307,
            "/b",
            "accept authorization content-length content-type cookie host x-api-key x-token",
        ),
        (
            303,
            "/b",
            "accept authorization cookie host x-api-key x-token",
        ),
        (307, "http://h.test/b", "accept content-length content-type"),
        (
            307,
            "https://h.test:444/",
            "accept content-length content-type",
        ),
        (303, "https://a.h.test/", "accept"),
        (
            307,
            "https://H.TEST:443/",
            "accept authorization content-length content-type cookie host x-api-key x-token",
        ),
    ] {
        let hop = follow(status, location.as_bytes()).unwrap().unwrap();
        assert_eq!(names(&hop), left, "{status} {location}");
    }
}

#[test]
fn a_trail_has_an_end() {
    let follow = |trail: &mut Trail, location: &str| {
        trail.follow(
            StatusCode::FOUND,
            &Method::GET,
            &url("http://h.test/"),
            &headers(&[location.as_bytes()]),
        )
    };
    let mut none = Trail::new(Redirects::None);
    assert_eq!(follow(&mut none, "/a").unwrap(), None);

    let mut trail = Trail::new(Redirects::UpTo(2));
    assert!(follow(&mut trail, "/a").unwrap().is_some());
    assert!(follow(&mut trail, "/b").unwrap().is_some());
    let error = follow(&mut trail, "/c").unwrap_err();
    assert!(matches!(
        error,
        Error::Limit {
            what: "redirects",
            max: 2,
            ..
        }
    ));
    assert_eq!(trail.hops().len(), 2);

    let mut circle = Trail::new(Redirects::default());
    for _ in 0..SAME_URL {
        assert!(follow(&mut circle, "/a").unwrap().is_some());
    }
    assert!(matches!(
        follow(&mut circle, "/a"),
        Err(Error::Limit { .. })
    ));
}

proptest! {
    #[test]
    fn whatever_location_holds_only_clean_urls_come_out(
        location in proptest::collection::vec(any::<u8>(), 0..60),
    ) {
        let Ok(value) = HeaderValue::from_bytes(&location) else {
            return Ok(());
        };
        let found = Hop::of(
            StatusCode::FOUND,
            &Method::GET,
            &url("http://h.test/a"),
            &HeaderMap::from_iter([(LOCATION, value)]),
        );
        if let Ok(Some(hop)) = found {
            prop_assert!(matches!(hop.url.scheme(), "http" | "https"));
            prop_assert!(hop.url.as_str().bytes().all(|byte| byte.is_ascii_graphic()));
            prop_assert!(hop.url.username().is_empty() && hop.url.password().is_none());
        }
    }
}
