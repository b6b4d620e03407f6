//! Whole responses.
