-- Times are milliseconds since 1970 in UTC.
CREATE TABLE meta (
    name  TEXT PRIMARY KEY,
    value TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE posts (
    number     INTEGER PRIMARY KEY AUTOINCREMENT,
    id         TEXT NOT NULL UNIQUE,
    key        TEXT UNIQUE,
    -- What was checked, as JSON, and the SHA-256 of exactly these bytes.
    content    TEXT NOT NULL,
    digest     TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    -- What the user asked for: NULL is "now".
    asked_at   INTEGER,
    -- The zone in which that was meant, an IANA name or an offset, and how it was written.
    asked_zone  TEXT CHECK ((asked_zone IS NULL) = (asked_at IS NULL)),
    asked_words TEXT CHECK ((asked_words IS NULL) = (asked_at IS NULL)),
    due_at     INTEGER NOT NULL
) STRICT;
-- The cost of a list must not grow with the history.
CREATE INDEX posts_due ON posts (due_at, number);

CREATE TABLE deliveries (
    id               INTEGER PRIMARY KEY AUTOINCREMENT,
    -- What keys that make a repeat harmless are made from.
    identity         TEXT NOT NULL UNIQUE,
    post             INTEGER NOT NULL REFERENCES posts (number) ON DELETE CASCADE,
    account          TEXT NOT NULL,
    platform         TEXT NOT NULL,
    -- Whose posts its sendings make, in the platform's own words; NULL until it is claimed.
    place            TEXT,
    state            TEXT NOT NULL CHECK (state IN ('queued', 'sending', 'delivered', 'parked', 'cancelled')),
    reason           TEXT CHECK ((reason IS NOT NULL) = (state = 'parked')),
    cancel_requested INTEGER NOT NULL DEFAULT 0,
    due_at           INTEGER NOT NULL,
    -- Not before this is it tried (again).
    next_at          INTEGER NOT NULL,
    -- The first attempt since it was queued by a person.
    tried_at         INTEGER,
    attempts         INTEGER NOT NULL DEFAULT 0,
    crashes          INTEGER NOT NULL DEFAULT 0,
    -- How often in a row the host could not be reached, or a look could not be read.
    setbacks         INTEGER NOT NULL DEFAULT 0,
    published_at     INTEGER,
    remote_id        TEXT,
    url              TEXT,
    error_kind       TEXT,
    error_message    TEXT,
    UNIQUE (post, account)
) STRICT;

-- The cost of a claim must not grow with what has been delivered.
CREATE INDEX deliveries_due ON deliveries (account, next_at, id) WHERE state = 'queued';
CREATE INDEX deliveries_sending ON deliveries (id) WHERE state = 'sending';
CREATE INDEX deliveries_parked ON deliveries (post) WHERE state = 'parked';
-- One post on a platform is one delivery of ours.
CREATE UNIQUE INDEX deliveries_remote ON deliveries (place, remote_id) WHERE remote_id IS NOT NULL;
-- Those that a person has found.
CREATE INDEX deliveries_found ON deliveries (place) WHERE remote_id IS NULL AND url IS NOT NULL;

CREATE TABLE attempts (
    id         INTEGER PRIMARY KEY AUTOINCREMENT,
    delivery   INTEGER NOT NULL REFERENCES deliveries (id) ON DELETE CASCADE,
    started_at INTEGER NOT NULL,
    ended_at   INTEGER,
    ending     TEXT,
    step       TEXT,
    status     INTEGER,
    said       TEXT
) STRICT;
CREATE INDEX attempts_of ON attempts (delivery, id);

CREATE TABLE sendings (
    id           INTEGER PRIMARY KEY AUTOINCREMENT,
    delivery     INTEGER NOT NULL REFERENCES deliveries (id) ON DELETE CASCADE,
    step         TEXT NOT NULL,
    recovery     TEXT NOT NULL CHECK (recovery IN ('repeat', 'repeat_within', 'once')),
    window_ms    INTEGER CHECK ((window_ms IS NOT NULL) = (recovery = 'repeat_within')),
    visible      INTEGER NOT NULL,
    begun_at     INTEGER NOT NULL,
    mark         TEXT NOT NULL DEFAULT 'begun' CHECK (mark IN ('begun', 'done', 'void')),
    settles_from INTEGER,
    output       TEXT CHECK (output IS NULL OR mark <> 'begun')
) STRICT;
CREATE INDEX sendings_of ON sendings (delivery, id);

-- Room of 1 MiB that is set aside: once as free pages of the database, once in the write-ahead log,
-- so that an outcome can be written down on a full disk. The table goes as soon as it is filled.
CREATE TABLE ballast (bytes BLOB) STRICT;
INSERT INTO ballast VALUES (zeroblob(1048576));
