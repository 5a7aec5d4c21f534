-- What was approved is what is sent, and the ledger proves it: nonces, digests, seals, and the hash chain.

-- nonce: random, in every button, so that a card of another time or database can't decide a request of the same number.
-- allow_self: whether the requester's own approval counts, as the rules were when the request was made. held: the database
-- was set back since, and only approvals made after that count.
ALTER TABLE requests ADD COLUMN nonce TEXT NOT NULL DEFAULT '';
ALTER TABLE requests ADD COLUMN allow_self BIGINT NOT NULL DEFAULT 0 CHECK (allow_self IN (0, 1));
ALTER TABLE requests ADD COLUMN held BIGINT NOT NULL DEFAULT 0 CHECK (held IN (0, 1));

-- digest: of the request as its card showed it to this approver. seal: made with a key that isn't in the database, empty
-- where there is none. basis: why this person counts as an approver.
ALTER TABLE decisions ADD COLUMN digest TEXT NOT NULL DEFAULT '';
ALTER TABLE decisions ADD COLUMN seal TEXT NOT NULL DEFAULT '';
ALTER TABLE decisions ADD COLUMN basis TEXT NOT NULL DEFAULT '';
ALTER TABLE decisions DROP CONSTRAINT decisions_pkey;
ALTER TABLE decisions ADD PRIMARY KEY (request_id, approver, verdict, digest);

-- stopped: what was approved is not what stands here, so it is never sent. nonce: of the newest attempt, in its buttons.
ALTER TABLE invitations ADD COLUMN nonce TEXT NOT NULL DEFAULT '';
ALTER TABLE invitations DROP CONSTRAINT invitations_state_check;
ALTER TABLE invitations ADD CONSTRAINT invitations_state_check
    CHECK (state IN ('waiting', 'ready', 'sending', 'sent', 'failed', 'unknown', 'dropped', 'stopped'));
ALTER TABLE invitations DROP CONSTRAINT invitations_check;
ALTER TABLE invitations ADD CONSTRAINT invitations_check CHECK (attempt > 0 OR state IN ('waiting', 'ready', 'dropped', 'stopped'));

-- The chain: each event's hash is over the hash before it and all of the event. Events without one are older than it.
ALTER TABLE events ADD COLUMN hash TEXT NOT NULL DEFAULT '';
ALTER TABLE events ADD COLUMN seal TEXT NOT NULL DEFAULT '';

-- One row: the newest event. since: the first one of the chain. Whoever appends locks it, so it orders the writers.
CREATE TABLE ledger_head (
    single INTEGER PRIMARY KEY CHECK (single = 1),
    since  BIGINT NOT NULL,
    number BIGINT NOT NULL,
    hash   TEXT   NOT NULL
);
INSERT INTO ledger_head (single, since, number, hash) SELECT 1, COALESCE(MAX(id), 0) + 1, COALESCE(MAX(id), 0), '' FROM events;

-- notice: to everybody in the approvals channel, of no request.
ALTER TABLE posts DROP CONSTRAINT posts_slot_check;
ALTER TABLE posts ADD CONSTRAINT posts_slot_check CHECK (slot IN ('card', 'thread', 'direct', 'ephemeral', 'notice'));
