//! XML-RPC calls to CPython's server, to Supervisor and to rtorrent: types, faults, several calls in one, SCGI.

use std::collections::BTreeMap;

use netspeak::core::sasl::Credentials;
use netspeak::core::{ClearTextAuth, Secret};
use netspeak::xmlrpc::{Base64, DateTime, Dialect, ServerProxy, StandardFault, Value};

use crate::harness::{connector, kind, netspeak, password, target, variable};

/// The server of CPython's library.
fn python() -> ServerProxy {
    let builder = ServerProxy::builder().dialect(Dialect::default().with_nil().with_i8());
    builder.build(&target("http", "XMLRPC_PYTHON")).unwrap()
}

fn supervisor(secret: Secret) -> ServerProxy {
    let builder = ServerProxy::builder().clear_text_auth(ClearTextAuth::Allowed);
    let builder = builder.credentials(Credentials::password("user01", secret));
    let target = format!("{}/RPC2", target("http", "XMLRPC_SUPERVISOR"));
    builder.build(&target.parse().unwrap()).unwrap()
}

#[tokio::test]
#[ignore = "needs xmlrpc"]
async fn every_type_goes_to_cpython_and_back() {
    let server = python();
    let kinds: BTreeMap<String, Value> = server.call("kinds", ()).await.unwrap();
    assert_eq!(kinds["int"], Value::Int(42));
    assert_eq!(kinds["boolean"], Value::Bool(true));
    assert_eq!(kinds["double"], Value::Double(-1.5));
    assert_eq!(kinds["string"], Value::String("Grüße & <Küsse>".into()));
    assert_eq!(kinds["nil"], Value::Nil);
    let date: DateTime = server
        .call("echo", (kinds["dateTime"].clone(),))
        .await
        .unwrap();
    assert_eq!(date.civil().unwrap().to_string(), "2026-11-26T12:30:15");
    let bytes: Base64 = server
        .call("echo", (kinds["base64"].clone(),))
        .await
        .unwrap();
    assert_eq!(bytes.0, (0..=255).collect::<Vec<u8>>());
    // Whatever it is, it comes back as it went.
    let all: Value = server.call("echo", (&kinds,)).await.unwrap();
    let again: BTreeMap<String, Value> = netspeak::xmlrpc::from_value(all).unwrap();
    assert_eq!(again, kinds);
    let odd = "a\tb\r\nc ]]> &amp; \u{10ffff} <x/>";
    let echoed: String = server.call("echo", (odd,)).await.unwrap();
    // CPython 3.11 writes a CR as it is, which XML reads as the end of a line.
    assert_eq!(echoed, odd.replace("\r\n", "\n"));
    let numbers: Vec<i64> = server.call("numbers", (20_000,)).await.unwrap();
    assert_eq!((numbers.len(), numbers.last()), (20_000, Some(&19_999)));
}

#[tokio::test]
#[ignore = "needs xmlrpc"]
async fn cpythons_faults_are_told_with_their_codes() {
    let server = python();
    let sum: i32 = server
        .namespace("deep.er")
        .call("add", (2, 3))
        .await
        .unwrap();
    assert_eq!(sum, 5);
    let error = server
        .call::<Value>("fail", (-7, "no & no"))
        .await
        .unwrap_err();
    let fault = error.reply().and_then(|reply| reply.fault()).unwrap();
    assert_eq!((fault.code, fault.message.as_str()), (Some(-7), "no & no"));
    // CPython tells its own exceptions with code 1, and unknown methods too.
    for (method, word) in [
        ("divide", "ZeroDivisionError"),
        ("none.such", "not supported"),
    ] {
        let error = server.call::<Value>(method, (1, 0)).await.unwrap_err();
        let fault = error.reply().and_then(|reply| reply.fault()).unwrap();
        assert_eq!(fault.code, Some(1), "{method}");
        assert!(fault.message.contains(word), "{fault:?}");
    }
    let methods = server.list_methods().await.unwrap();
    assert!(
        methods.iter().any(|name| name == "deep.er.add"),
        "{methods:?}"
    );
    assert_eq!(
        server.method_help("add").await.unwrap(),
        "The sum of two numbers."
    );
    let mut calls = server.multicall();
    calls.push("add", (1, 2)).unwrap();
    calls.push("fail", (9, "alone")).unwrap();
    calls.push("add", (3, 4)).unwrap();
    let answers = calls.send().await.unwrap();
    assert_eq!(answers[0], Ok(Value::Int(3)));
    assert_eq!(answers[1].as_ref().unwrap_err().code, Some(9));
    assert_eq!(answers[2], Ok(Value::Int(7)));
}

#[tokio::test]
#[ignore = "needs xmlrpc"]
async fn supervisor_is_asked_with_a_password_or_at_its_socket() {
    let server = supervisor(password());
    let state: BTreeMap<String, Value> = server.call("supervisor.getState", ()).await.unwrap();
    assert_eq!(state["statename"], Value::String("RUNNING".into()));
    let processes: Vec<BTreeMap<String, Value>> = server
        .call("supervisor.getAllProcessInfo", ())
        .await
        .unwrap();
    assert_eq!(processes.len(), 2);
    let error = server
        .call::<Value>("supervisor.startProcess", ("none",))
        .await
        .unwrap_err();
    let fault = error.reply().and_then(|reply| reply.fault()).unwrap();
    assert_eq!(
        (fault.code, fault.message.as_str()),
        (Some(10), "BAD_NAME: none")
    );
    let unknown = server.call::<Value>("none.such", ()).await.unwrap_err();
    let fault = unknown.reply().and_then(|reply| reply.fault()).unwrap();
    assert_ne!(
        fault.standard(),
        Some(StandardFault::MethodNotFound),
        "it has codes of its own"
    );
    let denied = supervisor("wrong".into())
        .call::<Value>("supervisor.getState", ())
        .await;
    assert_eq!(kind(&denied), "auth.rejected");
    let socket = variable("NETSPEAK_SUPERVISOR_SOCKET");
    let builder = ServerProxy::builder().connector(connector().with_unix_socket(socket));
    let local = builder
        .build(&"http://localhost/RPC2".parse().unwrap())
        .unwrap();
    let version: String = local
        .call("supervisor.getSupervisorVersion", ())
        .await
        .unwrap();
    assert!(version.starts_with("4."), "{version}");
}

#[tokio::test]
#[ignore = "needs rtorrent"]
async fn rtorrent_is_asked_over_scgi_by_tcp_and_at_its_socket() {
    let socket = connector().with_unix_socket(variable("NETSPEAK_RTORRENT_SOCKET"));
    let there = target("scgi", "RTORRENT_SCGI");
    for builder in [
        ServerProxy::builder(),
        ServerProxy::builder().connector(socket),
    ] {
        let builder = builder.dialect(Dialect::default().with_i8());
        let server = builder.build(&there).unwrap();
        let version: String = server.call("system.client_version", ()).await.unwrap();
        assert_eq!(version, "0.9.8");
        let methods = server.list_methods().await.unwrap();
        assert!(methods.len() > 500, "{}", methods.len());
        // All its numbers are i8.
        let now: i64 = server.call("system.time_usec", ("",)).await.unwrap();
        assert!(now > i64::from(u32::MAX), "{now}");
        let set: i64 = server
            .call("throttle.global_down.max_rate.set", ("", 1_000_000i64))
            .await
            .unwrap();
        assert_eq!(set, 0);
        let rate: Value = server
            .call("throttle.global_down.max_rate", ("",))
            .await
            .unwrap();
        assert!(rate.as_i64().is_some_and(|rate| rate > 900_000), "{rate:?}");
        let names: Vec<Vec<String>> = server
            .call("d.multicall2", ("", "main", "d.name="))
            .await
            .unwrap();
        assert!(names.is_empty());
        let error = server.call::<Value>("none.such", ("",)).await.unwrap_err();
        let fault = error.reply().and_then(|reply| reply.fault()).unwrap();
        assert_eq!(fault.code, Some(-506), "{fault:?}");
        server
            .call::<i64>("throttle.global_down.max_rate.set", ("", 0i64))
            .await
            .unwrap();
    }
}

#[tokio::test]
#[ignore = "needs xmlrpc"]
async fn the_command_calls_what_it_is_told_to() {
    let url = target("http", "XMLRPC_PYTHON").to_string();
    let run = netspeak(&["rpc", &url, "add", "1.5", "2"]).await;
    assert_eq!(run.text(), "3.5\n");
    let run = netspeak(&["rpc", "--json", &url, "kinds"]).await;
    assert_eq!(run.json()["string"], "Grüße & <Küsse>");
    let run = netspeak(&["rpc", &url, "fail", "7", "\"for this\""]).await;
    assert_ne!(run.code, 0);
}
