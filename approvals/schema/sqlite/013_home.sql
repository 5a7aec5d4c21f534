-- Who has the App Home open: see approvals/homes.go. opened_at: when somebody last opened it, or pressed something in it. page: of their
-- requests, from 0. approver: when it was last drawn they were one, or it wasn't drawn yet. seen: the number of the newest event that was looked at for them.
-- To be drawn while wanted > shown, as posts are said: not before due_at; leased_until: somebody is drawing it. drawn_at: the last time.
CREATE TABLE homes (
    person       TEXT    PRIMARY KEY CHECK (person <> ''),
    opened_at    INTEGER NOT NULL,
    page         INTEGER NOT NULL CHECK (page >= 0),
    approver     INTEGER NOT NULL DEFAULT 1 CHECK (approver IN (0, 1)),
    seen         INTEGER NOT NULL,
    wanted       INTEGER NOT NULL DEFAULT 1,
    shown        INTEGER NOT NULL DEFAULT 0,
    due_at       INTEGER NOT NULL,
    leased_until INTEGER NOT NULL DEFAULT 0,
    drawn_at     INTEGER NOT NULL DEFAULT 0,
    attempt      INTEGER NOT NULL DEFAULT 0,
    failures     INTEGER NOT NULL DEFAULT 0,
    CHECK (shown <= wanted)
) STRICT;
CREATE INDEX homes_open ON homes (opened_at);
