-- Refusals of people without rights, counted: somebody who does nothing else must not fill the ledger. The first one of a
-- minute is an event; how many followed, of the same person on the same request (0: on none) for the same reason, is here
-- until the minute is over, and then one more event. last_key is the newest envelope, which may come twice.
CREATE TABLE refusals (
    actor      TEXT    NOT NULL,
    why        TEXT    NOT NULL CHECK (why <> ''),
    request_id INTEGER NOT NULL,
    event_id   INTEGER NOT NULL REFERENCES events,
    ends_at    INTEGER NOT NULL,
    more       INTEGER NOT NULL DEFAULT 0 CHECK (more >= 0),
    last_key   TEXT    NOT NULL,
    PRIMARY KEY (actor, why, request_id)
) STRICT;
CREATE INDEX refusals_ending ON refusals (ends_at);
