-- The organization's lists, as they were last read: see approvals/roster.go. sweep: in which reading an entry was last seen.
CREATE TABLE listed_invitations (
    id         INTEGER PRIMARY KEY, -- Tencent Cloud's
    uin        TEXT    NOT NULL,
    name       TEXT    NOT NULL,
    remark     TEXT    NOT NULL,
    status     INTEGER NOT NULL,
    invited_at INTEGER NOT NULL,    -- as it is written there, whose zone isn't known; 0 where it can't be read
    expires_at INTEGER NOT NULL,
    sweep      INTEGER NOT NULL
) STRICT;
CREATE INDEX listed_invitations_uin ON listed_invitations (uin);
CREATE TABLE listed_members (
    uin       TEXT    PRIMARY KEY,
    name      TEXT    NOT NULL,
    remark    TEXT    NOT NULL,
    joined_at INTEGER NOT NULL,
    sweep     INTEGER NOT NULL
) STRICT;

-- How far each list is read. sweep: its number; began_at: when the one under way was begun, 0: none is; position: how many
-- entries it has read; total: how many the list had; steps_back: how often it became shorter meanwhile. due_at: when the next page is to be read, 0: never;
-- leased_until: somebody is reading one; called_at: when the newest was asked for. completed_at, completed_from: when the newest
-- whole one ended, and when it was begun. failures, code, message, tc_request_id: of the newest tries, as long as they fail.
CREATE TABLE sweeps (
    list           TEXT    PRIMARY KEY CHECK (list IN ('invitations', 'members')),
    sweep          INTEGER NOT NULL DEFAULT 0,
    began_at       INTEGER NOT NULL DEFAULT 0,
    position       INTEGER NOT NULL DEFAULT 0,
    total          INTEGER NOT NULL DEFAULT 0,
    steps_back     INTEGER NOT NULL DEFAULT 0,
    due_at         INTEGER NOT NULL DEFAULT 0,
    leased_until   INTEGER NOT NULL DEFAULT 0,
    called_at      INTEGER NOT NULL DEFAULT 0,
    attempt        INTEGER NOT NULL DEFAULT 0,
    completed_at   INTEGER NOT NULL DEFAULT 0,
    completed_from INTEGER NOT NULL DEFAULT 0,
    failures       INTEGER NOT NULL DEFAULT 0,
    code           TEXT    NOT NULL DEFAULT '',
    message        TEXT    NOT NULL DEFAULT '',
    tc_request_id  TEXT    NOT NULL DEFAULT ''
) STRICT;
-- What is unknown is settled by the sweeps from now on, the first of which is due at once.
INSERT INTO sweeps (list, due_at) SELECT list, CASE WHEN EXISTS (SELECT 1 FROM invitations WHERE state = 'unknown') THEN 1 ELSE 0 END
    FROM (SELECT 'invitations' AS list UNION SELECT 'members') AS lists;

-- ready: not to be sent before; sending: the end of the lease.
DROP INDEX invitations_due;
CREATE INDEX invitations_due ON invitations (due_at) WHERE state IN ('ready', 'sending');
CREATE INDEX invitations_unknown ON invitations (id) WHERE state = 'unknown';
-- found: what the list said of the invitation when the thread was last told of it.
ALTER TABLE invitations ADD COLUMN found TEXT NOT NULL DEFAULT '';
