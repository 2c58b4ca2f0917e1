//! `hayon sandbox`: servers on loopback that behave like the platforms.
