-- Times are Unix milliseconds, 0 for none. Each CHECK keeps out a row that no lifecycle allows.

-- One row: which database this is. Buttons and messages carry it, so that a card made by another database
-- (restored, emptied, a colleague's) can't decide a request of the same number here.
CREATE TABLE installation (
    single INTEGER PRIMARY KEY CHECK (single = 1),
    id     TEXT NOT NULL CHECK (id <> '')
) STRICT;

CREATE TABLE requests (
    id             INTEGER PRIMARY KEY AUTOINCREMENT,
    requester      TEXT    NOT NULL CHECK (requester <> ''),
    requester_name TEXT    NOT NULL,
    asked_in       TEXT    NOT NULL,
    state          TEXT    NOT NULL CHECK (state IN ('pending', 'approved', 'denied', 'withdrawn', 'expired')),
    required       INTEGER NOT NULL CHECK (required >= 1),
    created_at     INTEGER NOT NULL,
    expires_at     INTEGER NOT NULL,
    decided_at     INTEGER NOT NULL DEFAULT 0,
    CHECK ((state = 'pending') = (decided_at = 0))
) STRICT;
CREATE INDEX requests_expiring ON requests (expires_at) WHERE state = 'pending' AND expires_at > 0;

CREATE TABLE decisions (
    request_id    INTEGER NOT NULL REFERENCES requests,
    approver      TEXT    NOT NULL CHECK (approver <> ''),
    approver_name TEXT    NOT NULL,
    verdict       TEXT    NOT NULL CHECK (verdict IN ('approve', 'deny')),
    reason        TEXT    NOT NULL,
    at            INTEGER NOT NULL,
    PRIMARY KEY (request_id, approver, verdict)
) STRICT;

-- due_at: ready, not to be sent before; sending, the end of the lease; unknown, the next look-up.
-- attempted_at: when the newest call that may still arrive was committed, 0: there is none. doubtful: the outcome of an
-- earlier call was never learnt.
CREATE TABLE invitations (
    id               INTEGER PRIMARY KEY AUTOINCREMENT,
    request_id       INTEGER NOT NULL REFERENCES requests,
    uin              TEXT    NOT NULL CHECK (uin <> ''),
    name             TEXT    NOT NULL CHECK (name <> ''),
    remark           TEXT    NOT NULL CHECK (remark <> ''),
    sent_before      INTEGER NOT NULL DEFAULT 0,
    state            TEXT    NOT NULL CHECK (state IN ('waiting', 'ready', 'sending', 'sent', 'failed', 'unknown', 'dropped')),
    attempt          INTEGER NOT NULL DEFAULT 0 CHECK (attempt >= 0),
    due_at           INTEGER NOT NULL DEFAULT 0,
    ready_at         INTEGER NOT NULL DEFAULT 0,
    attempted_at     INTEGER NOT NULL DEFAULT 0,
    failures         INTEGER NOT NULL DEFAULT 0,
    doubtful         INTEGER NOT NULL DEFAULT 0 CHECK (doubtful IN (0, 1)),
    told             TEXT    NOT NULL DEFAULT '',
    tc_request_id    TEXT    NOT NULL DEFAULT '',
    code             TEXT    NOT NULL DEFAULT '',
    message          TEXT    NOT NULL DEFAULT '',
    CHECK (attempt > 0 OR state IN ('waiting', 'ready', 'dropped'))
) STRICT;
CREATE INDEX invitations_of_request ON invitations (request_id);
CREATE INDEX invitations_due ON invitations (due_at) WHERE state IN ('ready', 'sending', 'unknown');
CREATE INDEX invitations_sent ON invitations (uin, request_id) WHERE state = 'sent';
-- An account has at most one invitation under way.
CREATE UNIQUE INDEX invitations_live ON invitations (uin) WHERE state IN ('waiting', 'ready', 'sending', 'unknown');

-- The ledger. key identifies the envelope that caused the event, so that one that comes twice counts once.
CREATE TABLE events (
    id            INTEGER PRIMARY KEY AUTOINCREMENT,
    at            INTEGER NOT NULL,
    request_id    INTEGER REFERENCES requests,
    invitation_id INTEGER REFERENCES invitations,
    attempt       INTEGER NOT NULL DEFAULT 0,
    actor         TEXT    NOT NULL,
    actor_name    TEXT    NOT NULL,
    kind          TEXT    NOT NULL CHECK (kind <> ''),
    key           TEXT    UNIQUE,
    detail        TEXT    NOT NULL
) STRICT;
CREATE INDEX events_of_request ON events (request_id);
CREATE TRIGGER events_no_update BEFORE UPDATE ON events BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END;
CREATE TRIGGER events_no_replace BEFORE INSERT ON events WHEN EXISTS (SELECT 1 FROM events WHERE id = NEW.id OR key = NEW.key)
BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END;
CREATE TRIGGER events_no_delete BEFORE DELETE ON events BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END;

-- What is to be said in Slack, and where it stands. Due while wanted > shown. due_at: not to be said before;
-- leased_until: somebody is saying it. doubtful: a try may have posted it without our knowing.
CREATE TABLE posts (
    id         INTEGER PRIMARY KEY AUTOINCREMENT,
    request_id INTEGER REFERENCES requests,
    event_id   INTEGER REFERENCES events,
    slot       TEXT    NOT NULL CHECK (slot IN ('card', 'thread', 'direct', 'ephemeral')),
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
CREATE INDEX posts_of_request ON posts (request_id, slot);
CREATE INDEX posts_due ON posts (due_at) WHERE wanted > shown AND gave_up = '';
CREATE UNIQUE INDEX posts_card ON posts (request_id) WHERE slot = 'card';
