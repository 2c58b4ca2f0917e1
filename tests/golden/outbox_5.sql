-- An outbox of version 5, as `hayon` has made it: it is never to be changed.
PRAGMA application_id = 1751218543;
PRAGMA user_version = 5;
BEGIN TRANSACTION;
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
INSERT INTO "attempts" VALUES(1,1,1795658731439,1795658732505,'delivered','post status',NULL,NULL);
INSERT INTO "attempts" VALUES(2,2,1795658733501,1795658733753,'refused','post status',422,'the server answered 422: "Validation failed: Text can''t be blank"');
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
    error_message    TEXT, taken_down_at INTEGER,
    UNIQUE (post, account)
) STRICT;
INSERT INTO "deliveries" VALUES(1,'01a21599-cf83-75f0-b379-7fd7ef82b987',1,'mastodon','mastodon','http://127.0.0.1:9','delivered',NULL,0,1795658731395,1795658731395,1795658731439,1,0,0,1795658732505,'117680290688991232','http://127.0.0.1:9/@alice/117680290688991232',NULL,NULL,NULL);
INSERT INTO "deliveries" VALUES(2,'01a21599-d74c-70cf-8a60-a8bf5323ff43',2,'mastodon','mastodon','http://127.0.0.1:9','parked','refused',0,1795658733252,1795658733252,1795658733501,1,0,0,NULL,NULL,NULL,'refused','the server answered 422: "Validation failed: Text can''t be blank"',NULL);
INSERT INTO "deliveries" VALUES(3,'01a21599-dc1e-73aa-b635-7512bab6b149',3,'mastodon','mastodon',NULL,'queued',NULL,0,1795658734621,1795658734621,NULL,0,0,0,NULL,NULL,NULL,NULL,NULL,NULL);
INSERT INTO "deliveries" VALUES(4,'01a21599-dff9-739b-8c7a-0e5d0c8f3d28',4,'mastodon','mastodon',NULL,'queued',NULL,0,32472176400000,32472176400000,NULL,0,0,0,NULL,NULL,NULL,NULL,NULL,NULL);
CREATE TABLE forgotten (
    place     TEXT NOT NULL,
    remote_id TEXT,
    url       TEXT
) STRICT;
CREATE TABLE forgotten_keys (
    key    TEXT PRIMARY KEY,
    number INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE TABLE meta (
    name  TEXT PRIMARY KEY,
    value TEXT NOT NULL
) STRICT, WITHOUT ROWID;
INSERT INTO "meta" VALUES('id','9e8d2782d35b52ab5f50495095852bc0');
INSERT INTO "meta" VALUES('sender','01a21599-d763-72e1-9bea-50586010e8ad');
CREATE TABLE notices (
    event TEXT PRIMARY KEY,
    tried_at INTEGER NOT NULL,
    tries INTEGER NOT NULL,
    -- Nothing while nobody has taken it.
    told_at INTEGER
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
INSERT INTO "posts" VALUES(1,'01a21599-ccfd-76ba-9f9b-823b0abde056',NULL,'{"text":"delivered long ago","texts":{},"media":[],"lang":null,"cw":null,"visibility":null,"addressees":[{"account":"mastodon","platform":"mastodon"}]}','43cadade476350ac4dcc94833e8073116409fb726af29443a34662e59d67a25f',1795658730749,NULL,NULL,NULL,1795658731395);
INSERT INTO "posts" VALUES(2,'01a21599-d4f5-7733-8fd1-5efb14871fba',NULL,'{"text":"refused long ago","texts":{},"media":[],"lang":null,"cw":null,"visibility":null,"addressees":[{"account":"mastodon","platform":"mastodon"}]}','68ccf6fe91669b2decb22506d381f65b9f4bbad9b09276a86dd5471c41b87015',1795658732789,NULL,NULL,NULL,1795658733252);
INSERT INTO "posts" VALUES(3,'01a21599-da16-7e53-8021-6d685d9bd095',NULL,'{"text":"queued long ago","texts":{},"media":[],"lang":null,"cw":null,"visibility":null,"addressees":[{"account":"mastodon","platform":"mastodon"}]}','3905d42c8f9d84287168173171016f61d6a9b707bc1470fe201df596f875ebee',1795658734102,NULL,NULL,NULL,1795658734621);
INSERT INTO "posts" VALUES(4,'01a21599-dd8b-70ea-acfc-069f55088754','later','{"text":"meant for later","texts":{},"media":[],"lang":null,"cw":null,"visibility":null,"addressees":[{"account":"mastodon","platform":"mastodon"}]}','941881bc1fde8a92d5c91af0aab0ec93a2104b828b45cc99dcc110caf142755c',1795658734987,32472176400000,'UTC','2999-01-01T09:00:00Z',32472176400000);
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
INSERT INTO "sendings" VALUES(1,1,'post status','repeat_within',3300000,1,1795658731444,'done',NULL,'{"remote_id":"117680290688991232","url":"http://127.0.0.1:9/@alice/117680290688991232"}');
INSERT INTO "sendings" VALUES(2,2,'post status','repeat_within',3300000,1,1795658733553,'void',NULL,NULL);
CREATE INDEX deliveries_due ON deliveries (account, next_at, id) WHERE state = 'queued';
CREATE INDEX deliveries_sending ON deliveries (id) WHERE state = 'sending';
CREATE INDEX deliveries_parked ON deliveries (post) WHERE state = 'parked';
CREATE UNIQUE INDEX deliveries_remote ON deliveries (place, remote_id) WHERE remote_id IS NOT NULL;
CREATE INDEX deliveries_found ON deliveries (place) WHERE remote_id IS NULL AND url IS NOT NULL;
CREATE INDEX attempts_of ON attempts (delivery, id);
CREATE INDEX sendings_of ON sendings (delivery, id);
CREATE INDEX forgotten_remote ON forgotten (place, remote_id);
CREATE INDEX posts_due ON posts (due_at, number);
CREATE INDEX deliveries_delivered ON deliveries (account, published_at) WHERE state = 'delivered';
CREATE INDEX deliveries_put_off ON deliveries (due_at) WHERE state = 'queued' AND next_at > due_at;
DELETE FROM "sqlite_sequence";
INSERT INTO "sqlite_sequence" VALUES('posts',4);
INSERT INTO "sqlite_sequence" VALUES('deliveries',4);
INSERT INTO "sqlite_sequence" VALUES('attempts',2);
INSERT INTO "sqlite_sequence" VALUES('sendings',2);
COMMIT;
