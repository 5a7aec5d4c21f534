-- One row: when the approvers were last reminded of what waits, and the message that says it.
CREATE TABLE reminders (
    single  INTEGER PRIMARY KEY CHECK (single = 1),
    at      INTEGER NOT NULL,
    post_id INTEGER NOT NULL DEFAULT 0
) STRICT;
