package devpg

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"time"

	"github.com/gofrs/flock"
)

// maxSocketPath is what fits into a socket address on every Unix (macOS has the least: 104 bytes with the final zero).
const maxSocketPath = 103

const socketName = ".s.PGSQL.5432"

func dataHome(getenv func(string) string) (string, error) {
	if d := getenv("RUNNER_DATA_HOME"); d != "" {
		if !filepath.IsAbs(d) {
			return "", fmt.Errorf("RUNNER_DATA_HOME=%s is not an absolute path", d)
		}
		return filepath.Clean(d), nil
	}
	if os.Geteuid() == 0 {
		return "/var/lib/runner", nil // the server user could not enter the home of root
	}
	if d := getenv("XDG_DATA_HOME"); filepath.IsAbs(d) { // the XDG specification ignores relative ones
		return filepath.Join(d, "runner"), nil
	}
	if h := getenv("HOME"); filepath.IsAbs(h) {
		return filepath.Join(h, ".local", "share", "runner"), nil
	}
	return "", errors.New("no folder for the embedded Postgres: HOME is not set (set HOME or RUNNER_DATA_HOME, or name a database with --database-url)")
}

var notSlug = regexp.MustCompile(`[^a-z0-9]+`)

// slug makes a name that is safe as a folder and as an unquoted database name: lower case, 40 characters at most. Names that
// are nothing else, or that Postgres keeps for itself, become the fallback.
func slug(name, fallback string) string {
	s := strings.Trim(notSlug.ReplaceAllString(strings.ToLower(name), "_"), "_")
	if s = s[:min(len(s), 40)]; s == "" || s == "postgres" || strings.HasPrefix(s, "template") {
		return fallback
	}
	return s
}

func shortHash(s string) string {
	sum := sha256.Sum256([]byte(s))
	return hex.EncodeToString(sum[:4])
}

// existing returns the data folder of the cluster, that of the newest major if there are several, or "" when there is none.
// Whoever cannot run it learns here whose it is.
func (c *Cluster) existing() (string, error) {
	entries, err := os.ReadDir(c.Home)
	switch {
	case errors.Is(err, fs.ErrPermission):
		return "", ownerError(c.Home)
	case errors.Is(err, fs.ErrNotExist):
		return "", nil
	case err != nil:
		return "", fmt.Errorf("embedded Postgres: %w", err)
	}
	best := 0
	for _, e := range entries {
		major, ok := strings.CutPrefix(e.Name(), "pg")
		if n, err := strconv.Atoi(major); ok && err == nil && e.IsDir() {
			best = max(best, n)
		}
	}
	if best == 0 {
		return "", nil
	}
	dir := filepath.Join(c.Home, "pg"+strconv.Itoa(best))
	return dir, checkOwner(dir)
}

// majorOf reads the Postgres major from the name of a data folder; 0 for "".
func majorOf(dir string) int {
	n, _ := strconv.Atoi(strings.TrimPrefix(filepath.Base(dir), "pg"))
	return n
}

// socketDir is the cluster's own folder, or a short private one where the socket's path would be too long for an address.
// It depends on nothing that changes between sessions (XDG_RUNTIME_DIR, TMPDIR), so every command finds the same server.
func (c *Cluster) socketDir() string {
	if len(filepath.Join(c.Home, socketName)) <= maxSocketPath {
		return c.Home
	}
	return fmt.Sprintf("/tmp/runner-%d-%s", os.Geteuid(), shortHash(c.Home))
}

func (c *Cluster) url(database string) string {
	// The port is named because PGPORT would be used otherwise.
	q := url.Values{"host": {c.socketDir()}, "port": {"5432"}, "user": {superuser}, "sslmode": {"disable"}}
	return (&url.URL{Scheme: "postgres", Path: "/" + database, OmitHost: false, RawQuery: q.Encode()}).String()
}

// lock takes the file lock around init, start, stop and reset. The file lies beside the cluster's folder, which is deleted by
// Reset and, for root, belongs to somebody else.
func (c *Cluster) lock(ctx context.Context) (func(), error) {
	if err := os.MkdirAll(filepath.Dir(c.Home), 0o755); err != nil {
		if errors.Is(err, fs.ErrPermission) {
			return nil, ownerError(filepath.Dir(c.Home))
		}
		return nil, fmt.Errorf("embedded Postgres: %w", err)
	}
	l := flock.New(c.Home + ".lock")
	if _, err := l.TryLockContext(ctx, 50*time.Millisecond); err != nil {
		if errors.Is(err, fs.ErrPermission) {
			return nil, ownerError(l.Path())
		}
		return nil, fmt.Errorf("embedded Postgres: lock %s: %w", l.Path(), err)
	}
	return func() { _ = l.Close() }, nil
}
