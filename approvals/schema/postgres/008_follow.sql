-- What becomes of an invitation after it was sent: see approvals/follow.go. again_of: the invitation that this one asks for once more.
ALTER TABLE invitations ADD COLUMN again_of BIGINT REFERENCES invitations;
ALTER TABLE invitations DROP CONSTRAINT invitations_state_check;
ALTER TABLE invitations ADD CONSTRAINT invitations_state_check
    CHECK (state IN ('waiting', 'ready', 'sending', 'sent', 'failed', 'unknown', 'dropped', 'stopped', 'joined', 'lapsed', 'cancelled', 'declined', 'left'));
-- Those that were sent, whatever became of them, and those of which more is to come.
DROP INDEX invitations_sent;
CREATE INDEX invitations_sent ON invitations (uin, request_id) WHERE state IN ('sent', 'joined', 'lapsed', 'cancelled', 'declined', 'left');
CREATE INDEX invitations_followed ON invitations (state) WHERE state IN ('sent', 'joined');
CREATE INDEX invitations_again ON invitations (again_of) WHERE again_of IS NOT NULL;

-- sent_at: when that was recorded; called_at: when the call was made. listed: Tencent Cloud's number, 0: it isn't found in the list yet.
-- expires_at: until when it can be accepted, 0: not known yet. found, found_at: what the lists say became of it, and since when they do.
-- member: it was seen among the members. nudged_at: when the requester was told that its time is running out.
-- cancel: somebody wants it cancelled: 'ready' to be called for, not before cancel_due_at; 'sending', which is the lease's end then; or 'unknown',
-- of a call whose outcome nobody knows. cancelled_by: who.
CREATE TABLE followed (
    invitation_id     BIGINT  PRIMARY KEY REFERENCES invitations,
    sent_at           BIGINT  NOT NULL,
    called_at         BIGINT  NOT NULL,
    listed            BIGINT  NOT NULL DEFAULT 0,
    expires_at        BIGINT  NOT NULL DEFAULT 0,
    found             TEXT    NOT NULL DEFAULT '' CHECK (found IN ('', 'joined', 'lapsed', 'cancelled', 'declined', 'left')),
    found_at          BIGINT  NOT NULL DEFAULT 0,
    member            BIGINT  NOT NULL DEFAULT 0 CHECK (member IN (0, 1)),
    nudged_at         BIGINT  NOT NULL DEFAULT 0,
    cancel            TEXT    NOT NULL DEFAULT '' CHECK (cancel IN ('', 'ready', 'sending', 'unknown')),
    cancel_nonce      TEXT    NOT NULL DEFAULT '',
    cancel_asked_at   BIGINT  NOT NULL DEFAULT 0,
    cancel_due_at     BIGINT  NOT NULL DEFAULT 0,
    cancel_called_at  BIGINT  NOT NULL DEFAULT 0,
    cancel_failures   BIGINT  NOT NULL DEFAULT 0,
    cancelled_by      TEXT    NOT NULL DEFAULT '',
    cancelled_by_name TEXT    NOT NULL DEFAULT '',
    CHECK ((cancel = '') OR cancelled_by <> '')
);
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
    at     BIGINT NOT NULL
);
CREATE INDEX nudges_at ON nudges (at);
CREATE INDEX listed_members_name ON listed_members (name);
CREATE INDEX listed_invitations_open ON listed_invitations (name) WHERE status = 0;
-- foreseen_at: up to which completion of a list the cards say what it means for them.
ALTER TABLE sweeps ADD COLUMN foreseen_at BIGINT NOT NULL DEFAULT 0;
CREATE INDEX decisions_denied ON decisions (request_id) WHERE verdict = 'deny';
CREATE INDEX invitations_uin ON invitations (uin);
