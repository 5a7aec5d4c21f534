package operate

import (
	"context"
	"flag"
	"fmt"
	"runtime"
	"runtime/debug"

	"github.com/invitebot/invitebot/internal/cli"
	"github.com/invitebot/invitebot/internal/tongue"
)

// Version prints the version.
func Version(_ context.Context, args []string) error {
	help := tongue.Say("invitebot version: print the version, the Go version and the platform.\n", "invitebot version：显示版本、Go 版本和平台。\n")
	if _, err := cli.Parse(flag.NewFlagSet("version", flag.ContinueOnError), cli.Help{help}, args, 0); err != nil {
		return err
	}
	text := "invitebot " + version()
	if revision := setting("vcs.revision"); revision != "" {
		text += " " + revision
	}
	fmt.Println(text, runtime.Version(), runtime.GOOS+"/"+runtime.GOARCH)
	return nil
}

// version is that of the program: the tag that it was built from, or one that tells the revision.
func version() string {
	build, ok := debug.ReadBuildInfo()
	if !ok || build.Main.Version == "" {
		return "(unknown)"
	}
	return build.Main.Version
}

// setting is one of those that the program was built with; empty: it isn't known.
func setting(key string) string {
	build, ok := debug.ReadBuildInfo()
	if !ok {
		return ""
	}
	for _, s := range build.Settings {
		if s.Key == key {
			return s.Value
		}
	}
	return ""
}
