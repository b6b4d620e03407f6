//! NZB files: no panic, and whatever they say, names stay within their folder and ids within a line.
#![no_main]

use libfuzzer_sys::fuzz_target;
use netspeak_nntp::NameRules;
use netspeak_nntp::nzb::Nzb;

fuzz_target!(|bytes: &[u8]| {
    let Ok(nzb) = Nzb::read(bytes) else { return };
    let _ = nzb.health(|segment| segment.number % 2 == 0);
    for file in &nzb.files {
        assert!(!file.segments.is_empty());
        assert!(
            file.segments
                .is_sorted_by(|one, next| one.number < next.number)
        );
        for segment in &file.segments {
            let id = segment.message_id.as_str();
            assert!(id.len() <= 250 && id.bytes().all(|byte| byte.is_ascii_graphic()));
        }
        for rules in [NameRules::Unix, NameRules::Mac, NameRules::Windows] {
            if let Some(name) = file.local_name(None, rules) {
                let name = name.to_string();
                assert!(!name.starts_with('.') && !name.contains('/'));
            }
        }
    }
});
