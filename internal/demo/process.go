package demo

import (
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"runtime"
	"slices"
	"strings"
	"sync"
	"syscall"
	"time"
)

// process is the bot: this very program, run as in production. It is started and killed as often as wanted, always
// on the same database.
type process struct {
	env     []string
	log     io.Writer
	changed func() // called after each change of status, without the lock

	mu     sync.Mutex
	cmd    *exec.Cmd
	ended  chan struct{} // closed when cmd has ended
	wanted ending        // how it is to end
	status botStatus
}

// ending is how the process ends.
type ending int

const (
	byItself ending = iota
	stopped
	killed
)

// botStatus is what the page shows of the process.
type botStatus struct {
	Running bool      `json:"running"`
	PID     int       `json:"pid"`
	Starts  int       `json:"starts"`
	Killed  time.Time `json:"killed,omitzero"` // when it was, or the one before it, where that is how it ended
	Ended   string    `json:"ended"`           // how it ended, where nobody wanted it to
	exit    int       // its exit status then
}

// start starts the bot, unless it runs.
func (p *process) start() error {
	p.mu.Lock()
	defer p.changed()
	defer p.mu.Unlock()
	if p.status.Running {
		return nil
	}
	program, err := os.Executable()
	if err != nil {
		return fmt.Errorf("find this program: %w", err)
	}
	cmd := exec.Command(program, "run")
	cmd.Env, cmd.Stderr, cmd.SysProcAttr = p.env, p.log, endsWithParent()
	started, ended := make(chan error), make(chan struct{})
	go p.attend(cmd, started, ended)
	if err := <-started; err != nil {
		return fmt.Errorf("start the bot: %w", err)
	}
	p.cmd, p.ended, p.wanted = cmd, ended, byItself
	p.status = botStatus{Running: true, PID: cmd.Process.Pid, Starts: p.status.Starts + 1, Killed: p.status.Killed}
	return nil
}

// attend runs the process to its end, all on one thread: where the system ends a child together with its parent, the
// parent is the thread that started it.
func (p *process) attend(cmd *exec.Cmd, started chan<- error, ended chan<- struct{}) {
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	err := cmd.Start()
	started <- err
	if err != nil {
		return
	}
	_ = cmd.Wait() // how it ended is in cmd.ProcessState
	p.mu.Lock()
	p.status.Running = false
	switch p.wanted {
	case killed:
		p.status.Killed = time.Now()
	case byItself:
		p.status.Killed, p.status.Ended, p.status.exit = time.Time{}, cmd.ProcessState.String(), cmd.ProcessState.ExitCode()
	}
	p.mu.Unlock()
	close(ended)
	p.changed()
}

// kill ends the bot at once, with SIGKILL, and returns when it is gone.
func (p *process) kill() {
	if ended := p.end(killed, (*os.Process).Kill); ended != nil {
		<-ended
	}
}

// stop ends the bot in order, and kills it where that takes longer than it may.
func (p *process) stop() {
	ended := p.end(stopped, func(running *os.Process) error {
		if err := running.Signal(syscall.SIGTERM); err != nil && !errors.Is(err, os.ErrProcessDone) {
			return running.Kill() // there are systems without signals
		}
		return nil
	})
	if ended == nil {
		return
	}
	select {
	case <-ended:
	case <-time.After(15 * time.Second):
		p.kill()
	}
}

// end tells the process to end and returns a channel that is closed when it has; nil where it doesn't run.
func (p *process) end(wanted ending, how func(*os.Process) error) <-chan struct{} {
	p.mu.Lock()
	defer p.mu.Unlock()
	if !p.status.Running {
		return nil
	}
	p.wanted = wanted
	_ = how(p.cmd.Process) // fails where it has just ended by itself
	return p.ended
}

// set sets an environment variable for the next start.
func (p *process) set(name, value string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	others := slices.DeleteFunc(slices.Clone(p.env), func(v string) bool { return strings.HasPrefix(v, name+"=") })
	p.env = append(others, name+"="+value)
}

func (p *process) now() botStatus {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.status
}
