-- Refusals are counted for each kind of attempt by itself: who pressed Deny hasn't tried to approve. tried: the bot's word for it, as in
-- the event; empty where it was counted before this.
CREATE TABLE counted (
    actor      TEXT    NOT NULL,
    why        TEXT    NOT NULL CHECK (why <> ''),
    tried      TEXT    NOT NULL,
    request_id INTEGER NOT NULL,
    event_id   INTEGER NOT NULL UNIQUE REFERENCES events,
    ends_at    INTEGER NOT NULL,
    more       INTEGER NOT NULL DEFAULT 0 CHECK (more >= 0),
    last_key   TEXT    NOT NULL,
    PRIMARY KEY (actor, why, tried, request_id)
) STRICT;
INSERT INTO counted SELECT actor, why, '', request_id, event_id, ends_at, more, last_key FROM refusals;
DROP TABLE refusals;
ALTER TABLE counted RENAME TO refusals;
CREATE INDEX refusals_ending ON refusals (ends_at);
