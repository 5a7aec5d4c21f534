//go:build !linux

package demo

import "syscall"

// endsWithParent does nothing: only Linux can have the bot end should the demo be killed.
func endsWithParent() *syscall.SysProcAttr { return nil }
