//! Host names in ASCII: by IDNA, or those alone that are ASCII already.

/// The name in ASCII and lower case; else why it is none.
#[cfg(feature = "idn")]
pub(super) fn to_ascii(name: &str) -> Result<String, &'static str> {
    idna::domain_to_ascii_cow(name.as_bytes(), idna::AsciiDenyList::URL)
        .map(|name| name.into_owned())
        .map_err(|_| NOT_A_HOST_NAME)
}

#[cfg(not(feature = "idn"))]
pub(super) use without_idna as to_ascii;

const NOT_A_HOST_NAME: &str = "not a host name";

/// What the feature `idn` would do with a name in ASCII, except that A-labels (`xn--...`) are taken
/// as they are.
#[cfg(any(test, not(feature = "idn")))]
pub(super) fn without_idna(name: &str) -> Result<String, &'static str> {
    if !name.is_ascii() {
        return Err("not ASCII: write its A-labels (xn--...), or turn on the feature idn");
    }
    // The forbidden characters of the URL standard.
    let forbidden = |byte: u8| byte <= b' ' || b"%#/:<>?@[\\]^|\x7f".contains(&byte);
    if name.bytes().any(forbidden) {
        return Err(NOT_A_HOST_NAME);
    }
    Ok(name.to_ascii_lowercase())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn without_idna_the_way_out_is_named() {
        let why = without_idna("bücher.example").unwrap_err();
        assert!(
            why.contains("xn--") && why.contains("the feature idn"),
            "{why}"
        );
        for (name, ascii) in [
            ("MAIL.Example.ORG", Ok("mail.example.org")),
            ("XN--Bcher-kva.example", Ok("xn--bcher-kva.example")),
            ("_sip._tcp.example.org", Ok("_sip._tcp.example.org")),
            ("a b", Err(NOT_A_HOST_NAME)),
            ("b%c3%bccher", Err(NOT_A_HOST_NAME)),
            ("user@host", Err(NOT_A_HOST_NAME)),
            ("a\0b", Err(NOT_A_HOST_NAME)),
        ] {
            assert_eq!(
                without_idna(name).as_deref().map_err(|why| *why),
                ascii,
                "{name}"
            );
        }
    }

    #[cfg(feature = "idn")]
    mod idn {
        use proptest::prelude::*;

        use super::*;

        #[test]
        fn each_character_is_taken_or_refused_alike() {
            for byte in 0..0x80_u8 {
                let name = format!("a{}b", char::from(byte));
                assert_eq!(to_ascii(&name), without_idna(&name), "{name:?}");
            }
        }

        proptest! {
            #[test]
            fn a_name_in_ascii_is_the_same_with_and_without_idna(name in "[\\x00-\\x7f]{0,30}") {
                let a_label = name
                    .split('.')
                    .any(|label| label.to_ascii_lowercase().starts_with("xn--"));
                prop_assume!(!a_label);
                prop_assert_eq!(to_ascii(&name), without_idna(&name));
            }
        }
    }
}
