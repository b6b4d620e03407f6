//! What users type: no panic, and what is shown is read back as the same, without the password.
#![no_main]

use libfuzzer_sys::fuzz_target;
use netspeak_core::{Endpoint, Host, Target};

fuzz_target!(|text: &str| {
    let _ = text.parse::<Endpoint>();
    if let Ok(host) = text.parse::<Host>() {
        assert!(!host.to_string().contains(['\r', '\n', '\0']));
    }
    let Ok(target) = text.parse::<Target>() else {
        return;
    };
    let shown = target.to_string();
    let again: Target = shown.parse().expect("what is shown can be read");
    assert_eq!(again.to_string(), shown);
    assert_eq!(
        (again.user(), again.host(), again.path()),
        (target.user(), target.host(), target.path())
    );
});
