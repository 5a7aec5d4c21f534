-- The organization's lists, as they were last read: see approvals/roster.go. sweep: in which reading an entry was last seen.
CREATE TABLE listed_invitations (
    id         BIGINT  PRIMARY KEY, -- Tencent Cloud's
    uin        TEXT    NOT NULL,
    name       TEXT    NOT NULL,
    remark     TEXT    NOT NULL,
    status     BIGINT  NOT NULL,
    invited_at BIGINT  NOT NULL,    -- as it is written there, whose zone isn't known; 0 where it can't be read
    expires_at BIGINT  NOT NULL,
    sweep      BIGINT  NOT NULL
);
CREATE INDEX listed_invitations_uin ON listed_invitations (uin);
CREATE TABLE listed_members (
    uin       TEXT    PRIMARY KEY,
    name      TEXT    NOT NULL,
    remark    TEXT    NOT NULL,
    joined_at BIGINT  NOT NULL,
    sweep     BIGINT  NOT NULL
);

-- How far each list is read. sweep: its number; began_at: when the one under way was begun, 0: none is; position: how many
-- entries it has read; total: how many the list had; steps_back: how often it became shorter meanwhile. due_at: when the next page is to be read, 0: never;
-- leased_until: somebody is reading one; called_at: when the newest was asked for. completed_at, completed_from: when the newest
-- whole one ended, and when it was begun. failures, code, message, tc_request_id: of the newest tries, as long as they fail.
CREATE TABLE sweeps (
    list           TEXT    PRIMARY KEY CHECK (list IN ('invitations', 'members')),
    sweep          BIGINT  NOT NULL DEFAULT 0,
    began_at       BIGINT  NOT NULL DEFAULT 0,
    position       BIGINT  NOT NULL DEFAULT 0,
    total          BIGINT  NOT NULL DEFAULT 0,
    steps_back     BIGINT  NOT NULL DEFAULT 0,
    due_at         BIGINT  NOT NULL DEFAULT 0,
    leased_until   BIGINT  NOT NULL DEFAULT 0,
    called_at      BIGINT  NOT NULL DEFAULT 0,
    attempt        BIGINT  NOT NULL DEFAULT 0,
    completed_at   BIGINT  NOT NULL DEFAULT 0,
    completed_from BIGINT  NOT NULL DEFAULT 0,
    failures       BIGINT  NOT NULL DEFAULT 0,
    code           TEXT    NOT NULL DEFAULT '',
    message        TEXT    NOT NULL DEFAULT '',
    tc_request_id  TEXT    NOT NULL DEFAULT ''
);
-- What is unknown is settled by the sweeps from now on, the first of which is due at once.
INSERT INTO sweeps (list, due_at) SELECT list, CASE WHEN EXISTS (SELECT 1 FROM invitations WHERE state = 'unknown') THEN 1 ELSE 0 END
    FROM (SELECT 'invitations' AS list UNION SELECT 'members') AS lists;

-- ready: not to be sent before; sending: the end of the lease.
DROP INDEX invitations_due;
CREATE INDEX invitations_due ON invitations (due_at) WHERE state IN ('ready', 'sending');
CREATE INDEX invitations_unknown ON invitations (id) WHERE state = 'unknown';
-- found: what the list said of the invitation when the thread was last told of it.
ALTER TABLE invitations ADD COLUMN found TEXT NOT NULL DEFAULT '';
