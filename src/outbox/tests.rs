//! Rules of the outbox, against a real SQLite file.
