-- Who said that an invitation had arrived whose outcome nobody could look up; empty where nobody had to.
ALTER TABLE invitations ADD COLUMN settled_by TEXT NOT NULL DEFAULT '';
ALTER TABLE invitations ADD COLUMN settled_by_name TEXT NOT NULL DEFAULT '';

-- Which processes run, where several share the database. One that stops takes its row away; one that was killed leaves it, and
-- it counts for half a minute.
CREATE TABLE processes (
    id         TEXT   PRIMARY KEY CHECK (id <> ''),
    started_at BIGINT NOT NULL,
    seen_at    BIGINT NOT NULL,
    rules      TEXT   NOT NULL -- the hash of those that it works by
);

-- One row: the rules in force, as JSON, and since when. All processes that run work by the same.
CREATE TABLE rules (
    single INTEGER PRIMARY KEY CHECK (single = 1),
    rules  TEXT    NOT NULL,
    since  BIGINT  NOT NULL
);

-- One row where the database was copied to another one, which goes on in its place. What is done here afterwards, the other
-- would know nothing of: nothing begins without an event, so none can be added.
CREATE TABLE moved (
    single  INTEGER PRIMARY KEY CHECK (single = 1),
    at      BIGINT  NOT NULL,
    address TEXT    NOT NULL
);
CREATE FUNCTION database_was_not_moved() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT 1 FROM moved) THEN RAISE EXCEPTION 'this database was moved'; END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER events_not_once_moved BEFORE INSERT ON events
    FOR EACH STATEMENT EXECUTE FUNCTION database_was_not_moved();
