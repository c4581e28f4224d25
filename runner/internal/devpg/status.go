package devpg

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strconv"
	"strings"
)

// Status is what is known of a cluster without changing anything. Version is that of the running server ("15.20"), else the
// major of the data folder ("15"), else empty: then there is no cluster yet and Dir is its parent. PID is 0 when it does not run. Problem says why
// an existing cluster does not answer.
type Status struct {
	Running  bool   `json:"running"`
	Dir      string `json:"dir"`
	Version  string `json:"version,omitempty"`
	URL      string `json:"url"`
	Database string `json:"database"`
	PID      int    `json:"pid,omitempty"`
	Log      string `json:"log,omitempty"`
	Problem  string `json:"problem,omitempty"`
}

// Status looks at the cluster. The only errors are those of reading its folder, *OwnerError among them.
func (c *Cluster) Status(ctx context.Context) (Status, error) {
	s := Status{Dir: c.Home, URL: c.URL(), Database: c.Database}
	dir, err := c.existing()
	if err != nil || dir == "" {
		return s, err
	}
	s.Dir, s.Log, s.Version = dir, filepath.Join(dir, logName), strconv.Itoa(majorOf(dir))
	hello, err := c.ping(ctx, dir, c.Database)
	if s.Running = answered(err); s.Running {
		s.PID = readPID(dir)
	}
	if hello.version != "" {
		s.Version, _, _ = strings.Cut(hello.version, " ")
	}
	if err != nil && !errors.Is(err, os.ErrNotExist) {
		s.Problem = err.Error()
	}
	return s, nil
}
