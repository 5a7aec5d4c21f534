package database

import "errors"

// maxBatch bounds how many writes share a commit, so that the first of them isn't kept waiting by the last.
const maxBatch = 64

// gather is what waits in a queue right now, behind the first.
func gather[T any](queue <-chan T, first T) []T {
	batch := []T{first}
	for len(batch) < maxBatch {
		select {
		case next := <-queue:
			batch = append(batch, next)
		default:
			return batch
		}
	}
	return batch
}

var errClosed = errors.New("the database is closed")
