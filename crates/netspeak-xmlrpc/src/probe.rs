//! What is XML-RPC's own in a probe. The way is:
//!
//! 1. dns, tcp, and for `xmlrpc+https` tls
//! 2. wait: a call of `system.listMethods` at the URL, with the login that the server asks for
//!
//! A fault is an answer as good as any: who says one speaks XML-RPC. What is no answer to a call is a failure.

use netspeak_core::protocol::{
    Advice, Argument, Inquiry, Operation, Probe, ProbeOptions, Protocol,
};
use netspeak_core::report::{Check, CheckStatus, Report, WorkFacts};
use netspeak_core::{Phase, Target, Timeouts};
use serde_json::json;

use crate::RULES;
use crate::client::{Builder, ServerProxy};
use crate::error::{Error, Reply, Result};

/// XML-RPC as the registry knows it.
pub static PROTOCOL: Protocol = Protocol {
    name: "xmlrpc",
    rules: &RULES,
    greets_with: None,
    stops: &[Phase::Dns, Phase::Tcp, Phase::Tls, Phase::Work],
    usual_stop: Phase::Work,
    operations: &[Operation {
        name: "listMethods",
        argument: Argument::None,
        what: "a call of system.listMethods",
        takes_login: false,
    }],
    probe_timeouts: Timeouts::UNSET.with_reply(std::time::Duration::from_secs(10)),
    advice: Advice {
        clear_text: "put the server behind a proxy that speaks HTTPS",
        upgrade: "",
    },
    probe: |target, options| Box::pin(probe(target, options)),
};

const METHOD: &str = "system.listMethods";

struct ListMethods;

async fn probe(target: &Target, options: &ProbeOptions) -> Report {
    Probe::inquire::<ListMethods>(&PROTOCOL, target, options).await
}

impl Inquiry for ListMethods {
    type Reply = Reply;

    async fn ask(probe: &mut Probe<'_>, target: &Target) -> Result<()> {
        let Some(conn) = probe.connect().await? else {
            return Ok(());
        };
        if !probe.wants(Phase::Work) {
            return Ok(());
        }
        let prepared = probe.prepared();
        let trace = prepared.trace.clone();
        let mut server: Builder = ServerProxy::builder()
            .timeouts(*prepared.connector.timeouts())
            .trace(trace.clone())
            .clear_text_auth(prepared.clear_text_auth);
        if let Some(credentials) = &prepared.credentials {
            server = server.credentials(credentials.clone());
        }
        let target = target.clone().with_scheme(prepared.scheme);
        let server = server.over(conn, &target)?;
        let asked = trace.stamped(Phase::Work, async {
            match server.list_methods().await {
                Ok(methods) => Ok(Ok(methods)),
                Err(Error::Refused {
                    reply: Reply::Fault(fault),
                    ..
                }) => Ok(Err(fault)),
                Err(error) => Err(error),
            }
        });
        let asked = asked.await;
        let mut facts = WorkFacts {
            name: METHOD.to_owned(),
            ok: asked.is_ok(),
            detail: Default::default(),
        };
        match &asked {
            Ok(Ok(methods)) => {
                facts.detail.insert("methods".into(), json!(methods.len()));
            }
            Ok(Err(fault)) => {
                facts.detail.insert("fault".into(), json!(fault.code));
                let message = format!("it speaks XML-RPC and does not list its methods: {fault}");
                let check = Check::new("xmlrpc.methods", CheckStatus::Note, fault.code, message);
                probe.report_mut().checks.push(check);
            }
            Err(_) => {}
        }
        probe.report_mut().work = Some(facts);
        asked.map(drop)
    }
}
