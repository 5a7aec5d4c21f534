-- turn: in which a new card is to be posted, where several wait: people take turns, however many requests one of them makes.
-- 0: it has been posted, or it is no card.
ALTER TABLE posts ADD COLUMN turn INTEGER NOT NULL DEFAULT 0;
UPDATE posts SET turn = 1 WHERE slot = 'card' AND shown = 0 AND gave_up = '';
CREATE INDEX posts_new ON posts (turn, id) WHERE turn > 0;
DROP INDEX posts_due;
CREATE INDEX posts_due ON posts (due_at) WHERE wanted > shown AND gave_up = '' AND turn = 0;

CREATE INDEX requests_open ON requests (requester) WHERE state = 'pending';

-- others: of an answer to a click, how many more of the person's clicks were refused while it waited, of which nothing else tells.
ALTER TABLE posts ADD COLUMN others INTEGER NOT NULL DEFAULT 0;
