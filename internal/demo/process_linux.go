package demo

import "syscall"

// endsWithParent has the system end the bot should the demo be killed.
func endsWithParent() *syscall.SysProcAttr { return &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL} }
