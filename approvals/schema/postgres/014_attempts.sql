-- Refusals are counted for each kind of attempt by itself: who pressed Deny hasn't tried to approve. tried: the bot's word for it, as in
-- the event; empty where it was counted before this.
ALTER TABLE refusals ADD COLUMN tried TEXT NOT NULL DEFAULT '';
ALTER TABLE refusals DROP CONSTRAINT refusals_pkey;
ALTER TABLE refusals ADD PRIMARY KEY (actor, why, tried, request_id), ADD UNIQUE (event_id);
