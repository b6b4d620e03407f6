//! Whatever bytes come, nothing panics, and nothing that was refused is sent.

use proptest::prelude::*;

use super::*;
use crate::response::{self, Headers};

proptest! {
    #[test]
    fn no_bytes_make_a_parser_panic(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
        let _ = OverviewRow::parse(&bytes).map(Overview::from);
        let _ = Headers::parse(&bytes);
        let _ = response::active_group(&bytes);
        let _ = response::group_count(&bytes);
        let _ = response::active_time(&bytes);
        let _ = response::description(&bytes);
        let _ = response::distrib_pat(&bytes);
        let _ = response::moderator(&bytes);
        let _ = response::header_row(&bytes).map(|row| row.text());
        let _ = OverviewFormat::from_lines(bytes.split(|byte| *byte == b'\n')).names().count();
        let line = [b"211 ".as_slice(), &bytes].concat();
        if let Ok(reply) = Reply::parse(&line) {
            let _ = (response::group(&reply), response::date(&reply), response::found(&reply));
            let _ = (reply.text(), reply.is_duplicate(), response::recommended_id(&reply));
        }
    }

    #[test]
    fn words_that_are_taken_stay_one_line(text in ".{0,40}") {
        let group = text.parse::<GroupName>();
        let id = text.parse::<MessageId>();
        let taken = [group.ok().map(|name| name.to_string()), id.ok().map(|id| id.to_string())];
        for text in taken.into_iter().flatten() {
            prop_assert!(!text.contains(['\r', '\n', '\0', ' ', '\t']));
        }
    }

    #[test]
    fn a_codec_ends_or_needs_more_whatever_comes(bytes in proptest::collection::vec(any::<u8>(), 0..400)) {
        for kind in [Expect::Line, Expect::Lines, Expect::Text] {
            let mut codec = ReplyCodec::new(&Limits::default());
            codec.expect(kind);
            let mut rest = &bytes[..];
            while let Ok(Step::Event { consumed, .. }) = codec.decode(rest) {
                prop_assert!(consumed > 0 && consumed <= rest.len());
                rest = &rest[consumed..];
            }
        }
    }
}
