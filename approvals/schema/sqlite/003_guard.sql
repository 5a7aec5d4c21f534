-- Who said that an invitation had arrived whose outcome nobody could look up; empty where nobody had to.
ALTER TABLE invitations ADD COLUMN settled_by TEXT NOT NULL DEFAULT '';
ALTER TABLE invitations ADD COLUMN settled_by_name TEXT NOT NULL DEFAULT '';
