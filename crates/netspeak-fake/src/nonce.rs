//! What servers make up: strings that nobody can foresee, and digests in letters.

/// Printable characters that nobody can foresee.
pub(crate) fn nonce() -> std::io::Result<String> {
    let mut bytes = [0; 18];
    getrandom::fill(&mut bytes).map_err(std::io::Error::other)?;
    Ok(hex(&bytes))
}

/// Lower-case hexadecimal, as CRAM-MD5 and APOP want it.
pub(crate) fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
