pub(crate) fn command() -> crate::Outcome {
    Ok(())
}
