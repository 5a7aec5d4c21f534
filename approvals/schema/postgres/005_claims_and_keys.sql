-- nonce: random, of the newest claim, so that who made it knows it again where the answer of its commit was lost.
ALTER TABLE posts ADD COLUMN nonce TEXT NOT NULL DEFAULT '';

-- keys: by which names a process knows its keys, the one that seals first; '-': it has none; empty: an older program, which
-- doesn't say.
ALTER TABLE processes ADD COLUMN keys TEXT NOT NULL DEFAULT '';

-- rekeyed: the newest event that tells that the key was lost, 0: none does. It only says where to look.
ALTER TABLE ledger_head ADD COLUMN rekeyed BIGINT NOT NULL DEFAULT 0;
