-- Times are Unix milliseconds, 0 for none. Each CHECK keeps out a row that no lifecycle allows.

-- One row: which database this is. Buttons and messages carry it, so that a card made by another database
-- (restored, emptied, a colleague's) can't decide a request of the same number here.
CREATE TABLE installation (
    single INTEGER PRIMARY KEY CHECK (single = 1),
    id     TEXT NOT NULL CHECK (id <> '')
);

CREATE TABLE requests (
    id             BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    requester      TEXT    NOT NULL CHECK (requester <> ''),
    requester_name TEXT    NOT NULL,
    asked_in       TEXT    NOT NULL,
    state          TEXT    NOT NULL CHECK (state IN ('pending', 'approved', 'denied', 'withdrawn', 'expired')),
    required       BIGINT NOT NULL CHECK (required >= 1),
    created_at     BIGINT NOT NULL,
    expires_at     BIGINT NOT NULL,
    decided_at     BIGINT NOT NULL DEFAULT 0,
    CHECK ((state = 'pending') = (decided_at = 0))
);
CREATE INDEX requests_expiring ON requests (expires_at) WHERE state = 'pending' AND expires_at > 0;

CREATE TABLE decisions (
    request_id    BIGINT NOT NULL REFERENCES requests,
    approver      TEXT    NOT NULL CHECK (approver <> ''),
    approver_name TEXT    NOT NULL,
    verdict       TEXT    NOT NULL CHECK (verdict IN ('approve', 'deny')),
    reason        TEXT    NOT NULL,
    at            BIGINT NOT NULL,
    PRIMARY KEY (request_id, approver, verdict)
);

-- due_at: ready, not to be sent before; sending, the end of the lease; unknown, the next look-up.
-- attempted_at: when the newest call was committed. doubtful: the outcome of an earlier call was never learnt.
CREATE TABLE invitations (
    id               BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    request_id       BIGINT NOT NULL REFERENCES requests,
    uin              TEXT    NOT NULL CHECK (uin <> ''),
    name             TEXT    NOT NULL CHECK (name <> ''),
    remark           TEXT    NOT NULL CHECK (remark <> ''),
    sent_before      BIGINT NOT NULL DEFAULT 0,
    state            TEXT    NOT NULL CHECK (state IN ('waiting', 'ready', 'sending', 'sent', 'failed', 'unknown', 'dropped')),
    attempt          BIGINT NOT NULL DEFAULT 0 CHECK (attempt >= 0),
    due_at           BIGINT NOT NULL DEFAULT 0,
    ready_at         BIGINT NOT NULL DEFAULT 0,
    attempted_at     BIGINT NOT NULL DEFAULT 0,
    failures         BIGINT NOT NULL DEFAULT 0,
    doubtful         BIGINT NOT NULL DEFAULT 0 CHECK (doubtful IN (0, 1)),
    told             TEXT    NOT NULL DEFAULT '',
    tc_request_id    TEXT    NOT NULL DEFAULT '',
    code             TEXT    NOT NULL DEFAULT '',
    message          TEXT    NOT NULL DEFAULT '',
    CHECK (attempt > 0 OR state IN ('waiting', 'ready', 'dropped'))
);
CREATE INDEX invitations_of_request ON invitations (request_id);
CREATE INDEX invitations_due ON invitations (due_at) WHERE state IN ('ready', 'sending', 'unknown');
CREATE INDEX invitations_sent ON invitations (uin, request_id) WHERE state = 'sent';
-- An account has at most one invitation under way.
CREATE UNIQUE INDEX invitations_live ON invitations (uin) WHERE state IN ('waiting', 'ready', 'sending', 'unknown');

-- The ledger. key identifies the envelope that caused the event, so that one that comes twice counts once.
CREATE TABLE events (
    id            BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    at            BIGINT NOT NULL,
    request_id    BIGINT REFERENCES requests,
    invitation_id BIGINT REFERENCES invitations,
    attempt       BIGINT NOT NULL DEFAULT 0,
    actor         TEXT    NOT NULL,
    actor_name    TEXT    NOT NULL,
    kind          TEXT    NOT NULL CHECK (kind <> ''),
    key           TEXT    UNIQUE,
    detail        TEXT    NOT NULL
);
CREATE INDEX events_of_request ON events (request_id);
CREATE FUNCTION ledger_is_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN RAISE EXCEPTION 'the ledger is append-only'; END $$;
CREATE TRIGGER events_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON events
    FOR EACH STATEMENT EXECUTE FUNCTION ledger_is_append_only();

-- What is to be said in Slack, and where it stands. Due while wanted > shown. due_at: not to be said before;
-- leased_until: somebody is saying it. doubtful: a try may have posted it without our knowing.
CREATE TABLE posts (
    id         BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    request_id BIGINT REFERENCES requests,
    event_id   BIGINT REFERENCES events,
    slot       TEXT    NOT NULL CHECK (slot IN ('card', 'thread', 'direct', 'ephemeral')),
    recipient  TEXT    NOT NULL DEFAULT '',
    said_in    TEXT    NOT NULL DEFAULT '',
    created_at BIGINT NOT NULL,
    due_at     BIGINT NOT NULL,
    leased_until BIGINT NOT NULL DEFAULT 0,
    wanted     BIGINT NOT NULL DEFAULT 1,
    shown      BIGINT NOT NULL DEFAULT 0,
    attempt    BIGINT NOT NULL DEFAULT 0,
    failures   BIGINT NOT NULL DEFAULT 0,
    doubtful   BIGINT NOT NULL DEFAULT 0 CHECK (doubtful IN (0, 1)),
    channel    TEXT    NOT NULL DEFAULT '',
    ts         TEXT    NOT NULL DEFAULT '',
    gave_up    TEXT    NOT NULL DEFAULT '',
    CHECK (shown <= wanted),
    CHECK ((slot = 'card') = (event_id IS NULL)),
    CHECK (shown = 0 OR ts <> '')
);
CREATE INDEX posts_of_request ON posts (request_id, slot);
CREATE INDEX posts_due ON posts (due_at) WHERE wanted > shown AND gave_up = '';
CREATE UNIQUE INDEX posts_card ON posts (request_id) WHERE slot = 'card';

-- One row: when Tencent Cloud may next be called, by whichever replica.
CREATE TABLE pace (
    single  INTEGER PRIMARY KEY CHECK (single = 1),
    next_at TIMESTAMPTZ NOT NULL
);
INSERT INTO pace (single, next_at) VALUES (1, now());
