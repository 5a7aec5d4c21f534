//go:build race

package approvals

// Under the race detector a seed takes a hundred times as long, and nothing in it runs at the same time as anything else.
const (
	usualSeeds   = 5
	usualReplays = 2
	usualCrowd   = 60 // requests that wait at the same time
)
