-- What a deleted post leaves, so that nothing is taken for another's and nothing goes out twice: where
-- its deliveries stand on their platforms, and its key.
CREATE TABLE forgotten (
    place     TEXT NOT NULL,
    remote_id TEXT,
    url       TEXT
) STRICT;
CREATE INDEX forgotten_remote ON forgotten (place, remote_id);

CREATE TABLE forgotten_keys (
    key    TEXT PRIMARY KEY,
    number INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- The cost of a list must not grow with the history.
CREATE INDEX posts_due ON posts (due_at, number);

-- Posts with the same words are looked for among what went out lately.
CREATE INDEX deliveries_delivered ON deliveries (account, published_at) WHERE state = 'delivered';

-- The name of this outbox, which media carry: a sweep touches only those of its own outbox.
INSERT INTO meta (name, value) VALUES ('id', lower(hex(randomblob(16))));
