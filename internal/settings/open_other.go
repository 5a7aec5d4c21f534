//go:build !unix

package settings

// nonblocking has no meaning here.
const nonblocking = 0
