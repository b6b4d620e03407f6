//! Basic at nginx and Apache; Digest at Apache.

use netspeak::core::Secret;
use netspeak::core::sasl::Credentials;
use netspeak::http::Versions;

use super::{MOST, builder, client, get, text, url};
use crate::harness::{kind, user, with_password};

const FILE: &str = "0001-plain.eml";

/// Where one logs in, and how.
const PLACES: [(&str, &str, &str); 5] = [
    ("http", "NGINX_HTTP", "/private/"),
    ("https", "NGINX_HTTPS", "/private/"),
    ("http", "APACHE_HTTP", "/basic/"),
    ("http", "APACHE_HTTP", "/digest/"),
    ("https", "APACHE_HTTPS", "/digest/"),
];

#[tokio::test]
#[ignore = "needs nginx and apache"]
async fn the_right_password_opens_and_the_wrong_one_does_not() {
    for (scheme, service, path) in PLACES {
        let target = url(scheme, service, &format!("{path}{FILE}"));
        let answer = get(&client(), &target).await;
        assert_eq!(
            kind(&answer.error_for_status()),
            "auth.rejected",
            "{target}"
        );
        let wrong = Credentials::password(user::CROSS, Secret::from("wrong"));
        for (credentials, status) in [(with_password(user::CROSS), 200), (wrong, 401)] {
            let request = client().get(&target).credentials(&credentials);
            let answer = request.send().await.unwrap();
            assert_eq!(answer.status(), status, "{target}");
        }
    }
}

#[tokio::test]
#[ignore = "needs apache"]
async fn digest_counts_up_and_goes_on_with_the_next_nonce() {
    for path in ["/digest/", "/renewed/"] {
        for versions in [Versions::Http11, Versions::Http2] {
            let client = builder()
                .versions(versions)
                .credentials(with_password(user::CROSS))
                .build()
                .unwrap();
            let target = url("https", "APACHE_HTTPS", &format!("{path}{FILE}"));
            let mut uses = Vec::new();
            for _ in 0..4 {
                let mut answer = get(&client, &target).await;
                assert_eq!(answer.status(), 200, "{path} {versions:?}");
                answer.bytes(MOST).await.unwrap();
                uses.push(answer.connection().earlier_requests);
            }
            // One refusal for all four.
            assert_eq!(uses.last(), Some(&4), "{path} {versions:?}: {uses:?}");
        }
    }
}

#[tokio::test]
#[ignore = "needs apache"]
async fn a_body_is_sent_again_with_the_answer_to_a_challenge() {
    for (scheme, service) in [("http", "APACHE_HTTP"), ("https", "APACHE_HTTPS")] {
        let client = client();
        let request = client
            .post(&url(scheme, service, "/digest-cgi/echo"))
            .credentials(&with_password(user::CROSS))
            .body("the whole body");
        let said = text(request.send().await.unwrap()).await;
        assert!(
            said.contains(&format!("\nREMOTE_USER={}\n", user::CROSS)),
            "{said}"
        );
        assert!(said.ends_with("\n\nthe whole body"), "{said}");
    }
}
