-- Requests with up to a hundred accounts, and the form in which they are filled in: see approvals/many.go and approvals/draft.go.
-- also_told: the IDs of people who are told, beside the requester, how a request ends; with spaces between them.
ALTER TABLE requests ADD COLUMN also_told TEXT NOT NULL DEFAULT '';
-- What somebody has filled in and not sent yet. Nothing is decided by it, and it is gone after a day.
CREATE TABLE drafts (
    id         TEXT PRIMARY KEY, -- random
    person     TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    refused    BIGINT NOT NULL DEFAULT 0, -- so often
    content    TEXT NOT NULL
);
CREATE INDEX drafts_by_age ON drafts (created_at);
