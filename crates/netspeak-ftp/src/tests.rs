//! Whole conversations: over scripts and over the fake server, with the clock paused where time counts.
