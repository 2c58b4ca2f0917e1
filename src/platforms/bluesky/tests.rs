//! What each answer of a PDS means.
