-- What was approved is what is sent, and the ledger proves it: nonces, digests, seals, and the hash chain.

-- nonce: random, in every button, so that a card of another time or database can't decide a request of the same number.
-- allow_self: whether the requester's own approval counts, as the rules were when the request was made. held: the database
-- was set back since, and only approvals made after that count.
ALTER TABLE requests ADD COLUMN nonce TEXT NOT NULL DEFAULT '';
ALTER TABLE requests ADD COLUMN allow_self INTEGER NOT NULL DEFAULT 0 CHECK (allow_self IN (0, 1));
ALTER TABLE requests ADD COLUMN held INTEGER NOT NULL DEFAULT 0 CHECK (held IN (0, 1));

-- digest: of the request as its card showed it to this approver. seal: made with a key that isn't in the database, empty
-- where there is none. basis: why this person counts as an approver.
CREATE TABLE new_decisions (
    request_id    INTEGER NOT NULL REFERENCES requests,
    approver      TEXT    NOT NULL CHECK (approver <> ''),
    approver_name TEXT    NOT NULL,
    verdict       TEXT    NOT NULL CHECK (verdict IN ('approve', 'deny')),
    reason        TEXT    NOT NULL,
    at            INTEGER NOT NULL,
    digest        TEXT    NOT NULL DEFAULT '',
    seal          TEXT    NOT NULL DEFAULT '',
    basis         TEXT    NOT NULL DEFAULT '',
    PRIMARY KEY (request_id, approver, verdict, digest)
) STRICT;
INSERT INTO new_decisions (request_id, approver, approver_name, verdict, reason, at)
    SELECT request_id, approver, approver_name, verdict, reason, at FROM decisions;
DROP TABLE decisions;
ALTER TABLE new_decisions RENAME TO decisions;

-- stopped: what was approved is not what stands here, so it is never sent. nonce: of the newest attempt, in its buttons.
CREATE TABLE new_invitations (
    id               INTEGER PRIMARY KEY AUTOINCREMENT,
    request_id       INTEGER NOT NULL REFERENCES requests,
    uin              TEXT    NOT NULL CHECK (uin <> ''),
    name             TEXT    NOT NULL CHECK (name <> ''),
    remark           TEXT    NOT NULL CHECK (remark <> ''),
    sent_before      INTEGER NOT NULL DEFAULT 0,
    state            TEXT    NOT NULL CHECK (state IN ('waiting', 'ready', 'sending', 'sent', 'failed', 'unknown', 'dropped', 'stopped')),
    attempt          INTEGER NOT NULL DEFAULT 0 CHECK (attempt >= 0),
    nonce            TEXT    NOT NULL DEFAULT '',
    due_at           INTEGER NOT NULL DEFAULT 0,
    ready_at         INTEGER NOT NULL DEFAULT 0,
    attempted_at     INTEGER NOT NULL DEFAULT 0,
    failures         INTEGER NOT NULL DEFAULT 0,
    doubtful         INTEGER NOT NULL DEFAULT 0 CHECK (doubtful IN (0, 1)),
    told             TEXT    NOT NULL DEFAULT '',
    tc_request_id    TEXT    NOT NULL DEFAULT '',
    code             TEXT    NOT NULL DEFAULT '',
    message          TEXT    NOT NULL DEFAULT '',
    CHECK (attempt > 0 OR state IN ('waiting', 'ready', 'dropped', 'stopped'))
) STRICT;
INSERT INTO new_invitations (id, request_id, uin, name, remark, sent_before, state, attempt, due_at, ready_at, attempted_at, failures, doubtful, told, tc_request_id, code, message)
    SELECT id, request_id, uin, name, remark, sent_before, state, attempt, due_at, ready_at, attempted_at, failures, doubtful, told, tc_request_id, code, message FROM invitations;
DROP TABLE invitations;
ALTER TABLE new_invitations RENAME TO invitations;
CREATE INDEX invitations_of_request ON invitations (request_id);
CREATE INDEX invitations_due ON invitations (due_at) WHERE state IN ('ready', 'sending', 'unknown');
CREATE INDEX invitations_sent ON invitations (uin, request_id) WHERE state = 'sent';
CREATE UNIQUE INDEX invitations_live ON invitations (uin) WHERE state IN ('waiting', 'ready', 'sending', 'unknown');

-- The chain: each event's hash is over the hash before it and all of the event. Events without one are older than it.
ALTER TABLE events ADD COLUMN hash TEXT NOT NULL DEFAULT '';
ALTER TABLE events ADD COLUMN seal TEXT NOT NULL DEFAULT '';

-- One row: the newest event. since: the first one of the chain.
CREATE TABLE ledger_head (
    single INTEGER PRIMARY KEY CHECK (single = 1),
    since  INTEGER NOT NULL,
    number INTEGER NOT NULL,
    hash   TEXT    NOT NULL
) STRICT;
INSERT INTO ledger_head (single, since, number, hash) SELECT 1, COALESCE(MAX(id), 0) + 1, COALESCE(MAX(id), 0), '' FROM events;

-- notice: to everybody in the approvals channel, of no request.
CREATE TABLE new_posts (
    id         INTEGER PRIMARY KEY AUTOINCREMENT,
    request_id INTEGER REFERENCES requests,
    event_id   INTEGER REFERENCES events,
    slot       TEXT    NOT NULL CHECK (slot IN ('card', 'thread', 'direct', 'ephemeral', 'notice')),
    recipient  TEXT    NOT NULL DEFAULT '',
    said_in    TEXT    NOT NULL DEFAULT '',
    created_at INTEGER NOT NULL,
    due_at     INTEGER NOT NULL,
    leased_until INTEGER NOT NULL DEFAULT 0,
    wanted     INTEGER NOT NULL DEFAULT 1,
    shown      INTEGER NOT NULL DEFAULT 0,
    attempt    INTEGER NOT NULL DEFAULT 0,
    failures   INTEGER NOT NULL DEFAULT 0,
    doubtful   INTEGER NOT NULL DEFAULT 0 CHECK (doubtful IN (0, 1)),
    channel    TEXT    NOT NULL DEFAULT '',
    ts         TEXT    NOT NULL DEFAULT '',
    gave_up    TEXT    NOT NULL DEFAULT '',
    CHECK (shown <= wanted),
    CHECK ((slot = 'card') = (event_id IS NULL)),
    CHECK (shown = 0 OR ts <> '')
) STRICT;
INSERT INTO new_posts (id, request_id, event_id, slot, recipient, said_in, created_at, due_at, leased_until, wanted, shown, attempt, failures, doubtful, channel, ts, gave_up)
    SELECT id, request_id, event_id, slot, recipient, said_in, created_at, due_at, leased_until, wanted, shown, attempt, failures, doubtful, channel, ts, gave_up FROM posts;
DROP TABLE posts;
ALTER TABLE new_posts RENAME TO posts;
CREATE INDEX posts_of_request ON posts (request_id, slot);
CREATE INDEX posts_due ON posts (due_at) WHERE wanted > shown AND gave_up = '';
CREATE UNIQUE INDEX posts_card ON posts (request_id) WHERE slot = 'card';
