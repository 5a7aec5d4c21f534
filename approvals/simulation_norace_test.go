//go:build !race

package approvals

// What a minute is enough for, on a slow machine too.
const (
	usualSeeds   = 300
	usualReplays = 30
	usualCrowd   = 1000 // requests that wait at the same time
)
