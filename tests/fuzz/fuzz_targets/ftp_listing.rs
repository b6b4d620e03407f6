//! Listings of an FTP server: no panic, and no name that could not be sent back or that leads out
//! of a folder.
#![no_main]

use libfuzzer_sys::fuzz_target;
use netspeak_core::{Codec, Limits, Step};
use netspeak_ftp::listing::{
    Dialect, Listed, ListingCodec, ListingEvent, ListingParser, TimeZone, Zoned, mlst,
};
use netspeak_ftp::{LocalName, NameRules};

fuzz_target!(|input: (u8, &[u8])| {
    let (kind, mut bytes) = input;
    let now: Zoned = "2026-11-25T12:00+00:00[+00:00]".parse().unwrap();
    let parser = match kind % 5 {
        0 => ListingParser::list(&now),
        1 => ListingParser::list(&now).with_hint(Dialect::Mvs),
        2 => ListingParser::list(&now).with_hint(Dialect::NetPresenz),
        3 => ListingParser::mlsd(),
        _ => ListingParser::nlst("/pub"),
    };
    let mut codec = ListingCodec::new(parser, &Limits::default());
    let _ = mlst(bytes);
    while let Ok(Step::Event { consumed, event }) = codec.decode(bytes) {
        assert!(consumed > 0 && consumed <= bytes.len());
        check(event);
        bytes = &bytes[consumed..];
    }
    if let Ok(event) = codec.eof(bytes) {
        check(event);
    }
});

fn check(event: ListingEvent) {
    let (ListingEvent::Line(found) | ListingEvent::End(found)) = event;
    for listed in found {
        let Listed::Entry(entry) = listed else {
            continue;
        };
        let name = entry.name_bytes();
        assert!(!matches!(name, b"" | b"." | b".."));
        assert!(!name.iter().any(|byte| b"\r\n\0".contains(byte)));
        let _ = (entry.mode(), entry.owner(), entry.group(), entry.target());
        let _ = entry
            .modified()
            .map(|time| (time.to_string(), time.timestamp(&TimeZone::UTC)));
        assert!(
            !format!("{entry:?}")
                .chars()
                .any(|letter| letter.is_control() && letter != '\n')
        );
        if let Ok(local) = LocalName::new(name, NameRules::HERE) {
            assert_eq!(local.as_path().components().count(), 1);
        }
    }
}
