//! The head of a GS2 message (RFC 5801): channel binding, and whom to act as.

/// `flag,` and `a=authzid,`. SCRAM and OAUTHBEARER begin with it.
pub(super) fn header(flag: &str, authzid: Option<&str>) -> String {
    match authzid {
        Some(name) => format!("{flag},a={},", escape(name)),
        None => format!("{flag},,"),
    }
}

/// A saslname: `,` and `=` would be read as grammar.
pub(super) fn escape(name: &str) -> String {
    name.replace('=', "=3D").replace(',', "=2C")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_cannot_become_grammar() {
        assert_eq!(header("n", None), "n,,");
        assert_eq!(header("y", Some("a,b=c")), "y,a=a=2Cb=3Dc,");
        assert_eq!(escape("=2C"), "=3D2C");
    }
}
