-- nonce: random, of the newest claim, so that who made it knows it again where the answer of its commit was lost.
ALTER TABLE posts ADD COLUMN nonce TEXT NOT NULL DEFAULT '';
