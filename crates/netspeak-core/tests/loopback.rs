//! What only a real socket shows: somebody else's engine on a connection of ours, and uploads over
//! TLS that arrive whole.
#![expect(clippy::unwrap_used, reason = "the helpers of tests fail by panicking")]

use std::convert::Infallible;
use std::sync::Arc;

use bytes::Bytes;
use http_body_util::{BodyExt, Empty, Full};
use hyper::service::service_fn;
use hyper::{Request, Response, client, server};
use hyper_util::rt::{TokioExecutor, TokioIo};
use netspeak_core::tls::{Roots, TlsSettings};
use netspeak_core::{
    ByteStream, Codec, Connector, Endpoint, Phase, Result, Security, Step, Tls, Trace,
};
use tokio::io::AsyncReadExt;
use tokio::net::TcpListener;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::crypto::ring;
use tokio_rustls::rustls::pki_types::PrivateKeyDer;
use tokio_rustls::rustls::{HandshakeKind, ServerConfig};

const SIZE: usize = 20 << 20;

/// A certificate for this machine: the server's settings, and what a client has to trust.
fn certificate(alpn: &[u8]) -> (ServerConfig, TlsSettings) {
    let made = rcgen::generate_simple_self_signed(vec!["127.0.0.1".to_owned()]).unwrap();
    let key = PrivateKeyDer::try_from(made.signing_key.serialize_der()).unwrap();
    let mut config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![made.cert.der().clone()], key)
        .unwrap();
    if !alpn.is_empty() {
        config.alpn_protocols = vec![alpn.to_vec()];
    }
    let mut settings = TlsSettings::default();
    settings.roots = Roots::Pem(vec![made.cert.pem()]);
    (config, settings)
}

async fn serve(listener: TcpListener, tls: Option<TlsAcceptor>, is_h2: bool) {
    let (stream, _) = listener.accept().await.unwrap();
    // An async closure in this place makes incremental builds of rustc 1.95 fail (evaluate_obligation).
    let service = service_fn(|_| async {
        let body = Full::new(Bytes::from(vec![b'w'; SIZE]));
        Ok::<_, Infallible>(Response::new(body))
    });
    let served = match tls {
        None => {
            let http = server::conn::http1::Builder::new();
            http.serve_connection(TokioIo::new(stream), service).await
        }
        Some(tls) => {
            let stream = TokioIo::new(tls.accept(stream).await.unwrap());
            if is_h2 {
                let http = server::conn::http2::Builder::new(TokioExecutor::new());
                http.serve_connection(stream, service).await
            } else {
                let http = server::conn::http1::Builder::new();
                http.serve_connection(stream, service).await
            }
        }
    };
    // The client leaves when it has what it wants.
    let _ = served;
}

async fn get(stream: ByteStream, is_h2: bool) -> usize {
    let request = Request::get("http://127.0.0.1/")
        .body(Empty::<Bytes>::new())
        .unwrap();
    let io = TokioIo::new(stream);
    let mut tasks = tokio::task::JoinSet::new();
    let response = if is_h2 {
        let engine = client::conn::http2::handshake(TokioExecutor::new(), io);
        let (mut sender, talk) = engine.await.unwrap();
        tasks.spawn(talk);
        sender.send_request(request).await.unwrap()
    } else {
        let (mut sender, talk) = client::conn::http1::handshake(io).await.unwrap();
        tasks.spawn(talk);
        sender.send_request(request).await.unwrap()
    };
    let body = response.into_body().collect().await.unwrap().to_bytes();
    assert!(body.iter().all(|byte| *byte == b'w'));
    body.len()
}

#[tokio::test]
async fn hyper_talks_over_a_connection_of_ours() {
    for (alpn, is_tls) in [("", false), ("http/1.1", true), ("h2", true)] {
        let is_h2 = alpn == "h2";
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let at = listener.local_addr().unwrap();
        let (config, settings) = certificate(alpn.as_bytes());
        let acceptor = is_tls.then(|| TlsAcceptor::from(Arc::new(config)));
        let serving = tokio::spawn(serve(listener, acceptor, is_h2));
        let connector = Connector::new()
            .with_tls(settings)
            .with_alpn(&[b"h2", b"http/1.1"]);
        let trace = Trace::new();
        let endpoint = Endpoint::new(at.ip().into(), at.port());
        let mode = if is_tls { Tls::Implicit } else { Tls::Off };
        let conn = connector.connect(&endpoint, mode, &trace).await.unwrap();
        assert_eq!(conn.alpn().is_some(), is_tls);
        let stream = conn.into_stream().unwrap();
        assert_eq!(stream.peer_addr(), Some(at));
        assert_eq!(stream.alpn().unwrap_or_default(), alpn.as_bytes());
        let expected = if is_tls {
            Security::Verified
        } else {
            Security::Clear
        };
        assert_eq!(stream.security(), expected);
        let stamps = stream.trace().stamps();
        assert!(stamps.iter().any(|stamp| stamp.phase == Phase::Tcp));
        assert_eq!(get(stream, is_h2).await, SIZE, "{alpn}");
        serving.await.unwrap();
    }
}

/// Nothing is expected but the end.
struct End;

impl Codec for End {
    type Event = ();

    fn decode(&mut self, input: &[u8]) -> Result<Step<()>> {
        let consumed = input.len();
        Ok(Step::Event {
            consumed,
            event: (),
        })
    }

    fn eof(&mut self, _: &[u8]) -> Result<()> {
        Ok(())
    }
}

/// Takes uploads, one connection each: how many bytes, and whether the session was resumed.
async fn take(listener: TcpListener, tls: TlsAcceptor, count: usize) -> Vec<(usize, bool)> {
    let mut taken = Vec::new();
    for _ in 0..count {
        let (stream, _) = listener.accept().await.unwrap();
        let mut stream = tls.accept(stream).await.unwrap();
        let resumed = stream.get_ref().1.handshake_kind() == Some(HandshakeKind::Resumed);
        let mut got = Vec::new();
        // A cut-off upload is an error here.
        let read = stream.read_to_end(&mut got).await;
        taken.push((read.map_or(0, |_| got.len()), resumed));
        // The client has something to read besides the tickets.
        let _ = tokio::io::AsyncWriteExt::shutdown(&mut stream).await;
    }
    taken
}

#[tokio::test]
async fn uploads_over_tls_arrive_whole_and_each_session_resumes_the_one_before() {
    const UPLOADS: usize = 20;
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let at = listener.local_addr().unwrap();
    let (config, settings) = certificate(b"");
    let server = tokio::spawn(take(listener, TlsAcceptor::from(Arc::new(config)), UPLOADS));
    let connector = Connector::new()
        .with_tls(settings)
        .with_own_sessions()
        .unwrap();
    let endpoint = Endpoint::new(at.ip().into(), at.port());
    let data = vec![b's'; 3 << 20];
    for _ in 0..UPLOADS {
        let mut conn = connector
            .connect(&endpoint, Tls::Implicit, &Trace::new())
            .await
            .unwrap();
        conn.begin(Phase::Data).unwrap();
        conn.data_due();
        conn.send_data(&data).await.unwrap();
        // The closing alert goes out. What the peer still has to say is read: closing with unread
        // bytes in the socket would reset the upload.
        conn.finish_sending().await.unwrap();
        conn.next(&mut End).await.unwrap();
    }
    let taken = server.await.unwrap();
    let expected: Vec<_> = (0..UPLOADS).map(|n| (data.len(), n > 0)).collect();
    assert_eq!(taken, expected);
}
