//! Redirects and cookies.

use netspeak::http::{CookieJar, Redirects};

use super::{MOST, apache, builder, client, get, nginx, text, url};
use crate::harness::{kind, user, variable, with_password};

#[tokio::test]
#[ignore = "needs nginx"]
async fn redirects_of_every_kind_are_followed() {
    let client = client();
    for scheme in ["http", "https"] {
        let service = format!("NGINX_{}", scheme.to_uppercase());
        for (path, steps) in [
            ("/301/version", 1),
            ("/302/303/307/308/version", 4),
            ("/absolute/301/absolute/version", 3),
        ] {
            let answer = get(&client, &url(scheme, &service, path)).await;
            assert_eq!(answer.hops().len(), steps, "{path}");
            assert_eq!(answer.url().path(), "/version");
            assert_eq!(answer.status(), 200);
        }
    }
}

#[tokio::test]
#[ignore = "needs nginx and apache"]
async fn the_method_stays_or_becomes_get() {
    let client = client();
    let request = client.put(&nginx("/307/files/moved")).body("kept");
    assert_eq!(request.send().await.unwrap().status(), 201);
    let kept = text(get(&client, &nginx("/files/moved")).await).await;
    assert_eq!(kept, "kept");
    let request = client.post(&apache("/same-method")).body("body");
    let said = text(request.send().await.unwrap()).await;
    assert!(said.starts_with("POST /cgi/echo ") && said.ends_with("\nbody"));
    let request = client.post(&nginx("/303/version")).body("body");
    let answer = request.send().await.unwrap();
    assert_eq!(
        (answer.status().as_u16(), answer.method().as_str()),
        (200, "GET")
    );
}

#[tokio::test]
#[ignore = "needs nginx"]
async fn a_circle_ends() {
    let outcome = client().get(&nginx("/loop")).send().await;
    assert_eq!(kind(&outcome), "proto.too_large");
    let client = builder().redirects(Redirects::UpTo(1)).build().unwrap();
    let outcome = client.get(&nginx("/302/302/version")).send().await;
    assert_eq!(kind(&outcome), "proto.too_large");
    let client = builder().redirects(Redirects::None).build().unwrap();
    let answer = get(&client, &nginx("/loop")).await;
    assert_eq!(answer.status(), 302);
}

#[tokio::test]
#[ignore = "needs nginx"]
async fn credentials_stay_with_the_host_they_are_for() {
    // The same server under another name: there nobody logs in.
    let port = variable("NETSPEAK_NGINX_HTTP").replace("127.0.0.1", "localhost");
    let file = "/private/0001-plain.eml";
    let client = client();
    let there = nginx(&format!("/elsewhere{file}?{port}"));
    let request = client.get(&there);
    let request = request.credentials(&with_password(user::CROSS));
    let answer = request.send().await.unwrap();
    assert_eq!((answer.status().as_u16(), answer.hops().len()), (401, 1));
    let request = client.get(&nginx(&format!("/302{file}")));
    let request = request.credentials(&with_password(user::CROSS));
    assert_eq!(request.send().await.unwrap().status(), 200);
}

#[tokio::test]
#[ignore = "needs nginx"]
async fn cookies_come_back_where_they_belong() {
    let client = builder().cookies(CookieJar::default()).build().unwrap();
    let said = text(get(&client, &nginx("/cookie")).await).await;
    assert_eq!(said, "\n");
    let said = text(get(&client, &nginx("/cookie")).await).await;
    let mut cookies: Vec<&str> = said.trim_end().split("; ").collect();
    cookies.sort_unstable();
    assert_eq!(cookies, ["sid=1", "theme=dark"], "and nothing foreign");
    let mut answer = get(&client, &nginx("/302/cookie")).await;
    assert!(answer.text(MOST).await.unwrap().contains("sid=1"));
}
