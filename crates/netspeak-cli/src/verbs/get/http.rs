//! `get` over HTTP.

use std::io::Write;

use netspeak::http::{Client, Method};

use super::{Fetcher, Get, Order};
use crate::args::GetArgs;
use crate::failure::Failure;
use crate::verbs::http::{self, failed};
use crate::verbs::row::{Row, Work};

pub(super) const ROW: Row<Get> = Row {
    protocol: "http",
    urls: &[(
        "https://host/path?query",
        "what a GET brings, redirects followed",
    )],
    run: |args| Ok(Box::new(Http::new(args)?)),
};

/// One client, whose connections all URLs share.
struct Http {
    client: Client,
}

impl Http {
    fn new(args: &GetArgs) -> Result<Self, Failure> {
        let client = http::client(&args.connect)?;
        Ok(Self { client })
    }

    async fn get(&self, order: Order<'_, '_>) -> Result<(), Failure> {
        let Order { target, args, sink } = order;
        let request = http::request(&self.client, Method::GET, target, &args.connect)?;
        let mut answer = request.send().await.map_err(failed)?;
        if let Some(refusal) = answer.refusal() {
            return Err(failed(refusal));
        }
        while let Some(piece) = answer.chunk().await.map_err(failed)? {
            sink.write_all(&piece)?;
        }
        Ok(())
    }
}

impl Fetcher for Http {
    fn fetch<'a, 's: 'a>(&'a self, order: Order<'a, 's>) -> Work<'a, ()> {
        Box::pin(self.get(order))
    }
}
