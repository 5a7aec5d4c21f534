-- What somebody asked for, and what has waited longest.
CREATE INDEX requests_of ON requests (requester, id);
CREATE INDEX requests_waiting ON requests (created_at) WHERE state = 'pending';
