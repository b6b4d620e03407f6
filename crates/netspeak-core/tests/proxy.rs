//! Connectors through small proxies, over loopback.
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "the helpers of tests fail by panicking"
)]

use std::net::SocketAddr;
use std::sync::Arc;

use netspeak_core::proxy::{Behind, NoProxy, ProxyHeader};
use netspeak_core::socket::TcpListener;
use netspeak_core::tls::{Roots, TlsSettings};
use netspeak_core::{
    Conn, Connector, Endpoint, Error, LineCodec, Phase, Proxy, Result, Security, Tls, Trace, Wire,
};
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt, copy_bidirectional};
use tokio::net::TcpSocket;
use tokio::task::JoinHandle;

/// Anything that bytes go through.
trait Pipe: AsyncRead + AsyncWrite + Send + Unpin {}
impl<T: AsyncRead + AsyncWrite + Send + Unpin> Pipe for T {}

async fn listen() -> (TcpListener, SocketAddr) {
    let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
    let at = listener.local_addr().unwrap();
    (listener, at)
}

/// Greets, takes one line and answers with it.
async fn serve(mut stream: impl Pipe) {
    stream.write_all(b"+OK greeting\r\n").await.unwrap();
    let mut line = Vec::new();
    while line.last() != Some(&b'\n') {
        line.push(stream.read_u8().await.unwrap());
    }
    stream.write_all(&line).await.unwrap();
    let _ = stream.shutdown().await;
}

async fn target() -> (SocketAddr, JoinHandle<()>) {
    let (listener, at) = listen().await;
    (
        at,
        tokio::spawn(async move { serve(listener.accept().await.unwrap().0).await }),
    )
}

async fn exact<const N: usize>(stream: &mut impl Pipe) -> [u8; N] {
    let mut bytes = [0; N];
    stream.read_exact(&mut bytes).await.unwrap();
    bytes
}

async fn until(stream: &mut impl Pipe, end: &[u8]) -> Vec<u8> {
    let mut bytes = Vec::new();
    while !bytes.ends_with(end) {
        bytes.push(stream.read_u8().await.unwrap());
    }
    bytes
}

/// The proxy's side of each protocol, to whatever target is asked for; returns what was asked.
async fn proxy_side(mut client: impl Pipe, target: SocketAddr) -> String {
    let mut asked = String::new();
    let first = client.read_u8().await.unwrap();
    let answer: &[u8] = match first {
        4 => {
            let [_, port @ .., a, b, c, d] = exact::<7>(&mut client).await;
            let user = until(&mut client, b"\0").await;
            asked += &format!(
                "4 {}.{}.{}.{}:{} {}",
                a,
                b,
                c,
                d,
                u16::from_be_bytes(port),
                user.len() - 1
            );
            if [a, b, c] == [0; 3] {
                asked += &String::from_utf8(until(&mut client, b"\0").await).unwrap();
            }
            &[0, 90, 0, 0, 0, 0, 0, 0]
        }
        5 => {
            let count = client.read_u8().await.unwrap();
            let mut methods = vec![0; count.into()];
            client.read_exact(&mut methods).await.unwrap();
            if methods.contains(&2) {
                client.write_all(&[5, 2]).await.unwrap();
                let [1, length] = exact::<2>(&mut client).await else {
                    panic!()
                };
                let mut user = vec![0; length.into()];
                client.read_exact(&mut user).await.unwrap();
                let mut password = vec![0; client.read_u8().await.unwrap().into()];
                client.read_exact(&mut password).await.unwrap();
                asked += &String::from_utf8([&user[..], b"/", &password, b" "].concat()).unwrap();
                client.write_all(&[1, 0]).await.unwrap();
            } else {
                client.write_all(&[5, 0]).await.unwrap();
            }
            match exact::<4>(&mut client).await {
                [5, 1, 0, 1] => asked += &format!("ip {:?}", exact::<4>(&mut client).await),
                [5, 1, 0, 3] => {
                    let mut name = vec![0; client.read_u8().await.unwrap().into()];
                    client.read_exact(&mut name).await.unwrap();
                    asked += &format!("name {}", String::from_utf8(name).unwrap());
                }
                other => panic!("{other:?}"),
            }
            asked += &format!(":{}", client.read_u16().await.unwrap());
            &[5, 0, 0, 3, 1, b'x', 0, 7]
        }
        first => {
            let header = [&[first][..], &until(&mut client, b"\r\n\r\n").await].concat();
            asked += &String::from_utf8(header).unwrap();
            b"HTTP/1.1 200 Connection established\r\nVia: test\r\n\r\n"
        }
    };
    let mut server = TcpSocket::new_v4().unwrap().connect(target).await.unwrap();
    // The answer and the target's first words in one write: nobody may read too far.
    let greeting = exact::<14>(&mut server).await;
    client
        .write_all(&[answer, &greeting].concat())
        .await
        .unwrap();
    client.flush().await.unwrap();
    let _ = copy_bidirectional(&mut client, &mut server).await;
    asked
}

async fn proxy_to(target: SocketAddr) -> (SocketAddr, JoinHandle<String>) {
    let (listener, at) = listen().await;
    let run = async move { proxy_side(listener.accept().await.unwrap().0, target).await };
    (at, tokio::spawn(run))
}

async fn converse(mut conn: Conn) -> Result<Conn> {
    conn.begin(Phase::Greeting)?;
    let greeting = conn.next(&mut LineCodec::new(99)).await?;
    assert_eq!(conn.bytes(greeting), b"+OK greeting");
    let mut wire = Wire::new();
    conn.send(wire.verb("ECHO").end()).await?;
    let answer = conn.next(&mut LineCodec::new(99)).await?;
    assert_eq!(conn.bytes(answer), b"ECHO");
    conn.finish();
    Ok(conn)
}

fn endpoint(text: &str) -> Endpoint {
    text.parse().unwrap()
}

#[tokio::test]
async fn every_kind_of_proxy_carries_a_conversation() {
    for (url, asked_for) in [
        ("socks5h://PROXY", "name mail.example:110"),
        ("socks5h://me:pw@PROXY", "me/pw name mail.example:110"),
        ("socks5://PROXY", "ip [192, 0, 2, 7]:110"),
        ("socks4://me@PROXY", "4 192.0.2.7:110 2"),
        ("socks4a://PROXY", "4 0.0.0.1:110 0mail.example\0"),
        (
            "http://PROXY",
            "CONNECT mail.example:110 HTTP/1.1\r\nHost: mail.example:110\r\n\r\n",
        ),
        (
            "http://me:pw@PROXY",
            "CONNECT mail.example:110 HTTP/1.1\r\nHost: mail.example:110\r\nProxy-Authorization: Basic bWU6cHc=\r\n\r\n",
        ),
    ] {
        let (target_at, served) = target().await;
        let (proxy_at, proxied) = proxy_to(target_at).await;
        let proxy: Proxy = url.replace("PROXY", &proxy_at.to_string()).parse().unwrap();
        let connector = Connector::new()
            .with_address_of(
                "mail.example",
                None,
                vec!["2001:db8::7".parse().unwrap(), "192.0.2.7".parse().unwrap()],
            )
            .with_family(netspeak_core::Family::V4)
            .with_proxy(proxy);
        let trace = Trace::new();
        let conn = connector
            .connect(&endpoint("mail.example:110"), Tls::Off, &trace)
            .await
            .unwrap();
        // The proxy is at hand, the peer is not: no secret goes out in clear text.
        assert!(conn.is_tunnelled() && !conn.is_private(), "{url}");
        assert_eq!(conn.peer_addr(), Some(proxy_at));
        assert_eq!(
            trace.attempts().iter().map(|a| a.ip).collect::<Vec<_>>(),
            [proxy_at.ip()]
        );
        let last = *trace.stamps().last().unwrap();
        assert_eq!((last.phase, last.ok), (Phase::Proxy, true));
        drop(converse(conn).await.unwrap());
        assert_eq!(proxied.await.unwrap(), asked_for, "{url}");
        served.await.unwrap();
    }
}

#[tokio::test]
async fn hosts_on_the_list_are_reached_directly() {
    let (target_at, served) = target().await;
    // Nobody listens at the proxy's address: whoever asked it would fail.
    let unused = TcpSocket::new_v4().unwrap();
    unused.bind("127.0.0.1:0".parse().unwrap()).unwrap();
    let proxy_at = unused.local_addr().unwrap();
    let direct: NoProxy = "127.0.0.0/8".parse().unwrap();
    let connector = Connector::new().with_proxy(format!("http://{proxy_at}").parse().unwrap());
    let error = connector
        .connect(&endpoint("example.org:1"), Tls::Off, &Trace::new())
        .await
        .unwrap_err();
    assert_eq!(error.kind().to_string(), "proxy.refused");
    assert!(error.to_string().contains(&proxy_at.to_string()), "{error}");
    let connector = connector.with_no_proxy(direct);
    let at = endpoint(&target_at.to_string());
    assert!(connector.proxy_for(&at.host).is_none());
    let conn = connector
        .connect(&at, Tls::Off, &Trace::new())
        .await
        .unwrap();
    assert!(conn.is_private() && !conn.is_tunnelled());
    converse(conn).await.unwrap();
    served.await.unwrap();
}

#[tokio::test]
async fn a_proxy_that_cannot_be_reached_is_blamed_and_not_the_target() {
    let (listener, nobody) = listen().await;
    drop(listener);
    for (proxy, kind) in [
        (format!("socks5h://{nobody}"), "proxy.refused"),
        (format!("http://{nobody}"), "proxy.refused"),
        ("http://proxy.invalid:1080".to_owned(), "proxy.no_address"),
    ] {
        let connector = Connector::new()
            .with_address_of("proxy.invalid", None, Vec::new())
            .with_proxy(proxy.parse().unwrap());
        let trace = Trace::new();
        let target = endpoint("target.example:110");
        let error = connector
            .connect(&target, Tls::Off, &trace)
            .await
            .unwrap_err();
        assert_eq!(error.kind().to_string(), kind, "{error}");
        let address = proxy.split_once("://").unwrap().1;
        assert!(error.to_string().contains(address), "{error}");
    }
}

#[tokio::test]
async fn a_header_goes_before_everything_else() {
    for header in [
        ProxyHeader::V1(Behind::Ourselves),
        ProxyHeader::V2(Behind::Ourselves),
    ] {
        let (listener, at) = listen().await;
        let server = tokio::spawn(async move {
            let (mut stream, from) = listener.accept().await.unwrap();
            let wanted = header.encode(Some((from, stream.local_addr().unwrap())));
            let mut got = vec![0; wanted.len()];
            stream.read_exact(&mut got).await.unwrap();
            assert_eq!(got, wanted);
            serve(stream).await;
        });
        let connector = Connector::new().with_proxy_header(header);
        let conn = connector
            .connect(&endpoint(&at.to_string()), Tls::Off, &Trace::new())
            .await
            .unwrap();
        converse(conn).await.unwrap();
        server.await.unwrap();
    }
}

#[tokio::test]
async fn a_target_that_cannot_be_asked_for_is_refused_before_anything_is_sent() {
    let (listener, at) = listen().await;
    let connector = Connector::new().with_proxy(format!("socks4a://{at}").parse().unwrap());
    let error = connector
        .connect(&endpoint("[2001:db8::1]:1"), Tls::Off, &Trace::new())
        .await
        .unwrap_err();
    assert!(matches!(error, Error::Usage { .. }));
    let mut listener = listener;
    listener.set_timeout(Some(std::time::Duration::ZERO));
    assert_eq!(
        listener.accept().await.unwrap_err().kind().to_string(),
        "tcp.timeout"
    );
}

/// A server's TLS for a name, and settings that trust it.
fn tls_for(name: &str) -> (tokio_rustls::TlsAcceptor, TlsSettings) {
    let signed = rcgen::generate_simple_self_signed([name.to_owned()]).unwrap();
    let key =
        rustls::pki_types::PrivateKeyDer::try_from(signed.signing_key.serialize_der()).unwrap();
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = rustls::ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![signed.cert.der().clone()], key)
        .unwrap();
    let mut settings = TlsSettings::default();
    settings.roots = Roots::Pem(vec![signed.cert.pem()]);
    (tokio_rustls::TlsAcceptor::from(Arc::new(config)), settings)
}

#[tokio::test]
async fn tls_goes_through_tls_to_the_proxy() {
    let (proxy_tls, trust_proxy) = tls_for("proxy.example");
    let (target_tls, trust_target) = tls_for("mail.example");
    let (listener, target_at) = listen().await;
    let served = tokio::spawn(async move {
        let (stream, _) = listener.accept().await.unwrap();
        serve(target_tls.accept(stream).await.unwrap()).await;
    });
    let (listener, proxy_at) = listen().await;
    let proxied = tokio::spawn(async move {
        let (stream, _) = listener.accept().await.unwrap();
        let mut client = proxy_tls.accept(stream).await.unwrap();
        let asked = until(&mut client, b"\r\n\r\n").await;
        client.write_all(b"HTTP/1.1 200 OK\r\n\r\n").await.unwrap();
        let mut server = TcpSocket::new_v4()
            .unwrap()
            .connect(target_at)
            .await
            .unwrap();
        let _ = copy_bidirectional(&mut client, &mut server).await;
        String::from_utf8(asked).unwrap()
    });
    let url = format!("https://me:pw@proxy.example:{}", proxy_at.port());
    let proxy: Proxy = url.parse().unwrap();
    let connector = Connector::new()
        .with_address_of("proxy.example", None, vec![proxy_at.ip()])
        .with_tls(trust_target)
        .with_proxy(proxy.with_tls(trust_proxy));
    let trace = Trace::new();
    let conn = connector
        .connect(&endpoint("mail.example:995"), Tls::Implicit, &trace)
        .await
        .unwrap();
    assert_eq!(conn.security(), Security::Verified);
    assert!(conn.is_tunnelled() && conn.is_private());
    // The facts are the target's.
    assert_eq!(trace.tls().unwrap().sni.as_deref(), Some("mail.example"));
    drop(converse(conn).await.unwrap());
    assert!(proxied.await.unwrap().contains("Basic bWU6cHc="));
    served.await.unwrap();
}

#[tokio::test]
async fn a_proxy_with_a_wrong_certificate_gets_no_login() {
    let (proxy_tls, mut trust) = tls_for("other.example");
    let (listener, proxy_at) = listen().await;
    let proxied = tokio::spawn(async move {
        let mut received = Vec::new();
        for _ in 0..2 {
            let (stream, _) = listener.accept().await.unwrap();
            if let Ok(mut client) = proxy_tls.accept(stream).await {
                let _ = client.read_to_end(&mut received).await;
            }
        }
        received
    });
    let url = format!("https://me:pw@proxy.example:{}", proxy_at.port());
    let at_hand = Connector::new().with_address_of("proxy.example", None, vec![proxy_at.ip()]);
    let mut kinds = Vec::new();
    for verify in [
        netspeak_core::tls::Verify::Full,
        netspeak_core::tls::Verify::Note,
    ] {
        trust.verify = verify;
        let proxy = url.parse::<Proxy>().unwrap().with_tls(trust.clone());
        let connector = at_hand.clone().with_proxy(proxy);
        let error = connector
            .connect(&endpoint("h.example:1"), Tls::Off, &Trace::new())
            .await
            .unwrap_err();
        kinds.push(error.kind().to_string());
    }
    assert_eq!(kinds, ["proxy.cert_name", "proxy.plaintext_blocked"]);
    assert_eq!(proxied.await.unwrap(), b"");
}

#[tokio::test]
async fn a_forward_proxy_is_spoken_to_itself() {
    let (listener, at) = listen().await;
    let hearing = tokio::spawn(async move {
        let (mut stream, _) = listener.accept().await.unwrap();
        String::from_utf8(until(&mut stream, b"\r\n\r\n").await).unwrap()
    });
    let proxy: Proxy = format!("http://me:marker@{at}").parse().unwrap();
    assert_eq!(
        proxy.authorization().unwrap().expose(),
        "Basic bWU6bWFya2Vy"
    );
    let connector = Connector::new()
        .with_proxy(proxy)
        .with_no_proxy("near.example".parse().unwrap());
    let (trace, far) = (Trace::new(), "far.example".parse().unwrap());
    let found = connector.connect_to_proxy(&far, &trace).await.unwrap();
    let mut conn = found.unwrap();
    assert_eq!(conn.peer_addr(), Some(at));
    assert!(!conn.is_tunnelled(), "we speak to the proxy itself");
    conn.begin(Phase::Wait).unwrap();
    let mut wire = Wire::new();
    wire.raw(b"GET http://far.example/ HTTP/1.1\r\n\r\n");
    conn.send(&wire).await.unwrap();
    assert!(
        hearing
            .await
            .unwrap()
            .starts_with("GET http://far.example/")
    );

    let near = "near.example".parse().unwrap();
    let found = connector.connect_to_proxy(&near, &trace).await.unwrap();
    assert!(found.is_none(), "it is reached directly");
    let socks = Connector::new().with_proxy("socks5://127.0.0.1:1".parse().unwrap());
    let found = socks.connect_to_proxy(&far, &trace).await.unwrap();
    assert!(found.is_none(), "there is nothing but tunnels");
}
