//! Rules of the daemon that need a clock of their own.
