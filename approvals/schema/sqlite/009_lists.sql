-- For what people have asked (list), and for what waits for an approver.
CREATE INDEX requests_of ON requests (requester, id);
CREATE INDEX requests_pending ON requests (id) WHERE state = 'pending';
