//! What the verbs share about HTTP: the client, who logs in, what a refusal means.

use netspeak::core::Target;
use netspeak::http::{Client, Decoding, Error, Method, RequestBuilder};

use crate::args::ConnectArgs;
use crate::exit;
use crate::failure::Failure;

/// A client for all URLs of a command.
pub(super) fn client(connect: &ConnectArgs) -> Result<Client, Failure> {
    let mut opening = connect.opening_for_anybody()?;
    if connect.verbose == 0 {
        opening.trace = None;
    }
    let builder = Client::builder().opening(opening).decoding(Decoding::Off);
    builder.build().map_err(failed)
}

/// A request, and who logs in: the user of `--user`, else the URL's own.
pub(super) fn request(
    client: &Client,
    method: Method,
    target: &Target,
    connect: &ConnectArgs,
) -> Result<RequestBuilder, Failure> {
    let url = netspeak::http::uri::url(target).map_err(failed)?;
    let request = client.request_url(method, url);
    Ok(match connect.credentials(target)? {
        Some(credentials) => request.credentials(&credentials),
        None => request,
    })
}

/// What an error means here: a status that says no has curl's code for it, whatever it says.
pub(super) fn failed(error: Error) -> Failure {
    let code = match &error {
        Error::Refused { .. } => Some(exit::STATUS),
        _ => None,
    };
    Failure::from(error).with_code(code)
}
