-- What a person was told of by a notice: once for each event.
CREATE TABLE notices (
    event TEXT PRIMARY KEY,
    tried_at INTEGER NOT NULL,
    tries INTEGER NOT NULL,
    -- Nothing while nobody has taken it.
    told_at INTEGER
) STRICT, WITHOUT ROWID;
