//! XML-RPC over HTTP.

use std::io::Read as _;

use flate2::read::GzDecoder;
use http::Method;

use crate::http::coding;
use crate::http::page::field;
use crate::http::reply::Reply;
use crate::http::request::Request;
use crate::xmlrpc::Xmlrpc;

/// The longest document that is taken, once it is decoded.
const LONGEST: u64 = 64 << 20;

pub(super) fn answer(request: &Request, rpc: &Xmlrpc) -> Reply {
    if request.method != Method::POST {
        return Reply::text(405, "not like this").with("allow", "POST");
    }
    let document = match request.header("content-encoding") {
        None => request.body.to_vec(),
        Some("gzip") => {
            let mut document = Vec::new();
            let mut decoder = GzDecoder::new(request.body.as_ref()).take(LONGEST);
            if decoder.read_to_end(&mut document).is_err() {
                return Reply::text(400, "no gzip");
            }
            document
        }
        Some(_) => return Reply::text(415, "gzip or nothing"),
    };
    let mut reply = Reply::empty(200).with("content-type", "text/xml");
    reply.body = rpc.answer(&document).into();
    if let Some((coding, body)) = coding::encode(request, &reply.body) {
        reply.headers.push(field("content-encoding", coding));
        reply.body = body;
    }
    reply
}
