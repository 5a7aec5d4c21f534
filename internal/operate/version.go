package operate

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"runtime"
	"runtime/debug"

	"github.com/invitebot/invitebot/internal/cli"
)

// Version prints the version.
func Version(_ context.Context, args []string) error {
	const help = "invitebot version: print the version, the Go version and the platform.\n"
	if _, err := cli.Parse(flag.NewFlagSet("version", flag.ContinueOnError), help, args, 0); err != nil {
		return err
	}
	build, ok := debug.ReadBuildInfo()
	if !ok {
		return errors.New("this program was built without its version")
	}
	text := "invitebot " + build.Main.Version
	for _, s := range build.Settings {
		if s.Key == "vcs.revision" {
			text += " " + s.Value
		}
	}
	fmt.Println(text, runtime.Version(), runtime.GOOS+"/"+runtime.GOARCH)
	return nil
}
