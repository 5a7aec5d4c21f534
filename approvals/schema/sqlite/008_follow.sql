-- What becomes of an invitation after it was sent: see approvals/follow.go. again_of: the invitation that this one asks for once more.
CREATE TABLE new_invitations (
    id               INTEGER PRIMARY KEY AUTOINCREMENT,
    request_id       INTEGER NOT NULL REFERENCES requests,
    uin              TEXT    NOT NULL CHECK (uin <> ''),
    name             TEXT    NOT NULL CHECK (name <> ''),
    remark           TEXT    NOT NULL CHECK (remark <> ''),
    sent_before      INTEGER NOT NULL DEFAULT 0,
    again_of         INTEGER REFERENCES invitations,
    state            TEXT    NOT NULL CHECK (state IN ('waiting', 'ready', 'sending', 'sent', 'failed', 'unknown', 'dropped', 'stopped',
                                                       'joined', 'lapsed', 'cancelled', 'declined', 'left')),
    attempt          INTEGER NOT NULL DEFAULT 0 CHECK (attempt >= 0),
    nonce            TEXT    NOT NULL DEFAULT '',
    due_at           INTEGER NOT NULL DEFAULT 0,
    ready_at         INTEGER NOT NULL DEFAULT 0,
    attempted_at     INTEGER NOT NULL DEFAULT 0,
    failures         INTEGER NOT NULL DEFAULT 0,
    doubtful         INTEGER NOT NULL DEFAULT 0 CHECK (doubtful IN (0, 1)),
    told             TEXT    NOT NULL DEFAULT '',
    found            TEXT    NOT NULL DEFAULT '',
    tc_request_id    TEXT    NOT NULL DEFAULT '',
    code             TEXT    NOT NULL DEFAULT '',
    message          TEXT    NOT NULL DEFAULT '',
    settled_by       TEXT    NOT NULL DEFAULT '',
    settled_by_name  TEXT    NOT NULL DEFAULT '',
    CHECK (attempt > 0 OR state IN ('waiting', 'ready', 'dropped', 'stopped'))
) STRICT;
INSERT INTO new_invitations (id, request_id, uin, name, remark, sent_before, state, attempt, nonce, due_at, ready_at, attempted_at, failures, doubtful, told, found,
        tc_request_id, code, message, settled_by, settled_by_name)
    SELECT id, request_id, uin, name, remark, sent_before, state, attempt, nonce, due_at, ready_at, attempted_at, failures, doubtful, told, found,
        tc_request_id, code, message, settled_by, settled_by_name FROM invitations;
DROP TABLE invitations;
ALTER TABLE new_invitations RENAME TO invitations;
CREATE INDEX invitations_of_request ON invitations (request_id);
CREATE INDEX invitations_due ON invitations (due_at) WHERE state IN ('ready', 'sending');
CREATE INDEX invitations_unknown ON invitations (id) WHERE state = 'unknown';
CREATE UNIQUE INDEX invitations_live ON invitations (uin) WHERE state IN ('waiting', 'ready', 'sending', 'unknown');
-- Those that were sent, whatever became of them, and those of which more is to come.
CREATE INDEX invitations_sent ON invitations (uin, request_id) WHERE state IN ('sent', 'joined', 'lapsed', 'cancelled', 'declined', 'left');
CREATE INDEX invitations_followed ON invitations (state) WHERE state IN ('sent', 'joined');
CREATE INDEX invitations_again ON invitations (again_of) WHERE again_of IS NOT NULL;

-- sent_at: when that was recorded; called_at: when the call was made. listed: Tencent Cloud's number, 0: it isn't found in the list yet.
-- expires_at: until when it can be accepted, 0: not known yet. found, found_at: what the lists say became of it, and since when they do.
-- member: it was seen among the members. nudged_at: when the requester was told that its time is running out.
-- cancel: somebody wants it cancelled: 'ready' to be called for, not before cancel_due_at; 'sending', which is the lease's end then; or 'unknown',
-- of a call whose outcome nobody knows. cancelled_by: who.
CREATE TABLE followed (
    invitation_id     INTEGER PRIMARY KEY REFERENCES invitations,
    sent_at           INTEGER NOT NULL,
    called_at         INTEGER NOT NULL,
    listed            INTEGER NOT NULL DEFAULT 0,
    expires_at        INTEGER NOT NULL DEFAULT 0,
    found             TEXT    NOT NULL DEFAULT '' CHECK (found IN ('', 'joined', 'lapsed', 'cancelled', 'declined', 'left')),
    found_at          INTEGER NOT NULL DEFAULT 0,
    member            INTEGER NOT NULL DEFAULT 0 CHECK (member IN (0, 1)),
    nudged_at         INTEGER NOT NULL DEFAULT 0,
    cancel            TEXT    NOT NULL DEFAULT '' CHECK (cancel IN ('', 'ready', 'sending', 'unknown')),
    cancel_nonce      TEXT    NOT NULL DEFAULT '',
    cancel_asked_at   INTEGER NOT NULL DEFAULT 0,
    cancel_due_at     INTEGER NOT NULL DEFAULT 0,
    cancel_called_at  INTEGER NOT NULL DEFAULT 0,
    cancel_failures   INTEGER NOT NULL DEFAULT 0,
    cancelled_by      TEXT    NOT NULL DEFAULT '',
    cancelled_by_name TEXT    NOT NULL DEFAULT '',
    CHECK ((cancel = '') OR cancelled_by <> '')
) STRICT;
CREATE INDEX followed_found ON followed (found_at) WHERE found <> '';
CREATE INDEX followed_listed ON followed (listed);
CREATE INDEX followed_sent ON followed (sent_at);
CREATE INDEX followed_ending ON followed (expires_at) WHERE nudged_at = 0 AND expires_at > 0;
CREATE INDEX followed_cancelling ON followed (cancel_due_at) WHERE cancel <> '';
INSERT INTO followed (invitation_id, sent_at, called_at)
    SELECT i.id, COALESCE((SELECT MAX(at) FROM events AS e WHERE e.request_id = i.request_id AND e.invitation_id = i.id AND e.kind = 'sent'), i.attempted_at),
        CASE WHEN i.attempted_at > 0 THEN i.attempted_at ELSE i.ready_at END
    FROM invitations AS i WHERE i.state = 'sent';

-- foreseen: what a card said of what Tencent Cloud would refuse.
ALTER TABLE posts ADD COLUMN foreseen TEXT NOT NULL DEFAULT '';

-- When somebody was last told whose time is running out.
CREATE TABLE nudges (
    person TEXT PRIMARY KEY CHECK (person <> ''),
    at     INTEGER NOT NULL
) STRICT;
CREATE INDEX nudges_at ON nudges (at);
CREATE INDEX listed_members_name ON listed_members (name);
CREATE INDEX listed_invitations_open ON listed_invitations (name) WHERE status = 0;
-- foreseen_at: up to which completion of a list the cards say what it means for them.
ALTER TABLE sweeps ADD COLUMN foreseen_at INTEGER NOT NULL DEFAULT 0;
CREATE INDEX decisions_denied ON decisions (request_id) WHERE verdict = 'deny';
CREATE INDEX invitations_uin ON invitations (uin);
