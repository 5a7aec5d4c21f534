-- Who has the App Home open: see approvals/homes.go. opened_at: when somebody last opened it, or pressed something in it. page: of their
-- requests, from 0. approver: when it was last drawn they were one, or it wasn't drawn yet. seen: the number of the newest event that was looked at for them.
-- To be drawn while wanted > shown, as posts are said: not before due_at; leased_until: somebody is drawing it. drawn_at: the last time.
CREATE TABLE homes (
    person       TEXT    PRIMARY KEY CHECK (person <> ''),
    opened_at    BIGINT  NOT NULL,
    page         BIGINT  NOT NULL CHECK (page >= 0),
    approver     BIGINT  NOT NULL DEFAULT 1 CHECK (approver IN (0, 1)),
    seen         BIGINT  NOT NULL,
    wanted       BIGINT  NOT NULL DEFAULT 1,
    shown        BIGINT  NOT NULL DEFAULT 0,
    due_at       BIGINT  NOT NULL,
    leased_until BIGINT  NOT NULL DEFAULT 0,
    drawn_at     BIGINT  NOT NULL DEFAULT 0,
    attempt      BIGINT  NOT NULL DEFAULT 0,
    failures     BIGINT  NOT NULL DEFAULT 0,
    CHECK (shown <= wanted)
);
CREATE INDEX homes_open ON homes (opened_at);
