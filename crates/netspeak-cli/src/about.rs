//! What the command tells about itself: one table a subject. Help texts and man pages are made of them.

pub(crate) mod codes;
pub(crate) mod examples;
pub(crate) mod overview;
pub(crate) mod surroundings;
