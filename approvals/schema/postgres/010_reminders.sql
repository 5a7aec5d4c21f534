-- One row: when the approvers were last reminded of what waits, and the message that says it.
CREATE TABLE reminders (
    single  INTEGER PRIMARY KEY CHECK (single = 1),
    at      BIGINT NOT NULL,
    post_id BIGINT NOT NULL DEFAULT 0
);
