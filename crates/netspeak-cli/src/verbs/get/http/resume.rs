//! Going on with what an earlier transfer left.

use netspeak::http::{HeaderMap, Response, Resume, Resumed, Validators};

use super::{Http, own_sink, take};
use crate::failure::Failure;
use crate::output::{self, Turn, Turns};
use crate::verbs::get::{Got, Order};
use crate::verbs::http::{self, failed};

impl Http {
    /// Asks for what is missing, if it is certain to be of the same version; else for all of it.
    pub(super) async fn go_on(&self, order: Order<'_, '_>) -> Result<Got, Failure> {
        if !order.args.has_own_names() {
            return self.rest(order).await;
        }
        // What the server suggests for a name is known too late.
        let url = http::url(order.target)?;
        let own = Turns::new(own_sink(&HeaderMap::new(), &url, order.args)?, 1);
        let mut turn = own.of(0).await;
        let sink = &mut turn;
        self.rest(Order { sink, ..order }).await?;
        turn.finish()?;
        own.complete()?;
        Ok(Got::All)
    }

    async fn rest(&self, order: Order<'_, '_>) -> Result<Got, Failure> {
        let held = order.sink.offset();
        let version = version(order.sink)?;
        let mut resume = Resume::new(held, version.clone().unwrap_or_default());
        loop {
            let request = self.ask(order.target, order.args)?.resume(&resume);
            let answer = request.send().await.map_err(failed)?;
            let meaning = resume.read(answer.status(), answer.headers());
            match meaning.map_err(failed)? {
                Resumed::Continue { .. } => return take(answer, order, held).await,
                Resumed::Complete => {
                    http::discard(answer).await;
                    return Ok(Got::All);
                }
                Resumed::AskAgain => {
                    http::discard(answer).await;
                    resume = Resume::new(0, Validators::default());
                }
                Resumed::StartOver if version.is_none() && is_whole(&answer, held) => {
                    return Ok(Got::All);
                }
                Resumed::StartOver | Resumed::Changed => return anew(answer, order, held).await,
                _ => {
                    return match answer.refusal() {
                        Some(refusal) => Err(self.session.refused(refusal)),
                        None => anew(answer, order, held).await,
                    };
                }
            }
        }
    }
}

/// What was noted about the version that is here in part.
fn version(sink: &mut Turn<'_>) -> Result<Option<Validators>, Failure> {
    let noted = sink.part(|part| part.version()).unwrap_or(Ok(None))?;
    Ok(noted.and_then(|noted| Validators::from_strong(noted.trim_ascii())))
}

/// Whether as many bytes are here as there are: then nothing is missing.
fn is_whole(answer: &Response, held: u64) -> bool {
    held > 0 && answer.content_length() == Some(held)
}

/// Takes all of it, in place of what is here.
async fn anew(answer: Response, order: Order<'_, '_>, held: u64) -> Result<Got, Failure> {
    if held > 0 {
        output::say(
            "note: what is here cannot be continued for certain, or has changed: it is fetched anew",
        );
        order.sink.part(|part| part.restart());
    }
    take(answer, order, 0).await
}
