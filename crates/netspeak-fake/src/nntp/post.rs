//! Articles that come in: POST and IHAVE (RFC 3977 section 6.3), CHECK and TAKETHIS (RFC 4644).

use crate::body::Body;
use crate::nntp::Posting;
use crate::nntp::reply::line;
use crate::nntp::session::Session;
use crate::nntp::spool::Filed;

impl Session<'_> {
    pub(super) fn post(&self) -> Vec<u8> {
        match self.nntp.posting {
            Posting::Allowed => line(340, "send the article"),
            Posting::Forbidden => line(440, "no posting here"),
        }
    }

    pub(super) fn ihave(&self, id: &str) -> Vec<u8> {
        match self.nntp.spool.by_id(id) {
            Some(_) => line(435, "here already"),
            None => line(335, "send it"),
        }
    }

    pub(super) fn check(&self, id: &str) -> Vec<u8> {
        match self.nntp.spool.by_id(id) {
            Some(_) => line(438, id),
            None => line(238, id),
        }
    }

    pub(super) fn takethis(&mut self, id: &str) -> Vec<u8> {
        let body = self.body.take().unwrap_or_default();
        match self.filed(&body) {
            Some(Filed::Taken) => line(239, id),
            _ => line(439, id),
        }
    }

    /// The verdict on the article that POST or IHAVE announced.
    pub(super) fn judged(&self, verb: &str, body: &Body) -> Vec<u8> {
        let is_post = verb == "POST";
        let no = if is_post { 441 } else { 437 };
        match self.filed(body) {
            Some(Filed::Taken) if is_post => line(240, "article posted"),
            Some(Filed::Taken) => line(235, "article taken"),
            Some(Filed::Duplicate) => line(no, "435 duplicate"),
            Some(Filed::NoSuchGroup) => line(no, "no such newsgroup"),
            None => line(no, "too large"),
        }
    }

    fn filed(&self, body: &Body) -> Option<Filed> {
        (!body.is_too_big).then(|| self.nntp.spool.file(&body.bytes))
    }
}
