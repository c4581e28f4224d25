package cli

import (
	"encoding/json"
	"fmt"
	"io"
	"runtime"
	"runtime/debug"

	"github.com/spf13/cobra"

	"streamflow/runner/report"
)

func versionCommand(a *app) *cobra.Command {
	return describe(&cobra.Command{
		Use:   "version",
		Short: "Which runner this is",
		Long:  "Version prints the version of this program, the revision it was built from, and the Go version and platform.",
		Args:  atMost(0, "no arguments"),
		RunE: func(*cobra.Command, []string) error {
			if err := a.flags.check(); err != nil {
				return err
			}
			return a.result(func(w io.Writer, _ report.TextOptions) error {
				if a.flags.format == formatJSON {
					return json.NewEncoder(w).Encode(thisBuild())
				}
				_, err := fmt.Fprintln(w, thisBuild())
				return err
			})
		},
	}, needs{"no", "no", "nothing"})
}

// build says which runner this is.
type build struct {
	Version  string `json:"version"`
	Revision string `json:"revision"`
	Dirty    bool   `json:"dirty"` // built with changes that are in no revision
	Go       string `json:"go"`
	Platform string `json:"platform"`
}

func thisBuild() build {
	b := build{Version: "(devel)", Go: runtime.Version(), Platform: runtime.GOOS + "/" + runtime.GOARCH}
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return b
	}
	if info.Main.Version != "" {
		b.Version = info.Main.Version
	}
	for _, s := range info.Settings {
		switch {
		case s.Key == "vcs.revision" && len(s.Value) >= 12:
			b.Revision = s.Value[:12]
		case s.Key == "vcs.modified":
			b.Dirty = s.Value == "true"
		}
	}
	return b
}

// String is one line: runner (devel) 0123456789ab with changes go1.26 linux/amd64.
func (b build) String() string {
	revision := ""
	if b.Revision != "" {
		revision = " " + b.Revision
	}
	if b.Dirty {
		revision += " with changes"
	}
	return fmt.Sprintf("runner %s%s %s %s", b.Version, revision, b.Go, b.Platform)
}
