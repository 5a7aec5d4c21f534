-- For who watches the bot: see approvals/status.go.
-- connections, connected_at: how many Socket Mode connections a process has that are ready, and since when it has so many.
ALTER TABLE processes ADD COLUMN connections INTEGER NOT NULL DEFAULT 0;
ALTER TABLE processes ADD COLUMN connected_at INTEGER NOT NULL DEFAULT 0;
-- who: on which host it runs, under which number, and as which version.
ALTER TABLE processes ADD COLUMN who TEXT NOT NULL DEFAULT '';
-- failing_since: when the first of the failures in a row was to say a message, or to read a list; 0: there is none.
ALTER TABLE posts ADD COLUMN failing_since INTEGER NOT NULL DEFAULT 0;
UPDATE posts SET failing_since = created_at WHERE failures > 0 AND wanted > shown;
ALTER TABLE sweeps ADD COLUMN failing_since INTEGER NOT NULL DEFAULT 0;
UPDATE sweeps SET failing_since = called_at WHERE failures > 0;
-- program: the version of the program that brought the schema up to this one; empty: an older one than this knows.
ALTER TABLE schema_versions ADD COLUMN program TEXT NOT NULL DEFAULT '';
ALTER TABLE followed DROP COLUMN cancel_nonce;
