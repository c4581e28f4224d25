// Package devpg keeps the embedded Postgres of a project: a private cluster that is made and started on demand from the Postgres
// programs already on the machine, listens on a Unix socket only, and is left running between commands.
//
// Nothing here wipes data except Reset. What the cluster answers on its socket is the only proof that it runs.
package devpg

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

// superuser is the role that owns everything in an embedded cluster; the socket is private, so there is no password.
const superuser = "postgres"

// Config says where a cluster lives. Home is an absolute folder that belongs to the cluster alone; it is made when missing. Database
// is the name of the database that Ensure creates. Settings are server settings that win over the defaults. Getenv reads the
// environment (os.Getenv); RUNNER_PG_BIN, PATH and HOME matter.
type Config struct {
	Home     string
	Database string
	Settings map[string]string
	Getenv   func(string) string
}

// Cluster is one private Postgres cluster, which may not exist yet. It holds no connection, so it needs no closing.
type Cluster struct {
	Config
	folders []string // where packagers put the programs
}

// New returns the cluster of a config. Nothing is touched before the first method call.
func New(c Config) *Cluster { return &Cluster{c, folders()} }

// At returns the cluster of the project called name in the folder root (any path; symbolic links are followed). It lives in
// $RUNNER_DATA_HOME, else as root in /var/lib/runner, else in $XDG_DATA_HOME/runner, else in ~/.local/share/runner; its folder is named after the
// project and a hash of root. It is an error when the environment gives no absolute data folder.
func At(name, root string, getenv func(string) string) (*Cluster, error) {
	base, err := dataHome(getenv)
	if err != nil {
		return nil, err
	}
	if root, err = filepath.Abs(root); err != nil {
		return nil, err
	}
	if real, err := filepath.EvalSymlinks(root); err == nil {
		root = real
	}
	if name == "" {
		name = filepath.Base(root)
	}
	home := filepath.Join(base, slug(name, "project")+"-"+shortHash(root))
	return New(Config{Home: home, Database: slug(name, "runner"), Getenv: getenv}), nil
}

// Ensure returns the URL of a cluster that answers, after creating, starting and recovering whatever is needed. Several processes
// may call it at once. Errors: *MissingError without Postgres programs, *OwnerError when another user owns the cluster, and
// failures of initdb or of the server with the last lines of its log.
func (c *Cluster) Ensure(ctx context.Context) (string, error) {
	dir, err := c.existing()
	if err != nil {
		return "", err
	}
	if dir != "" {
		if _, err := c.ping(ctx, dir, c.Database); err == nil {
			return c.URL(), nil
		}
	}
	unlock, err := c.lock(ctx)
	if err != nil {
		return "", err
	}
	defer unlock()
	if err := c.ensureLocked(ctx); err != nil {
		return "", fmt.Errorf("embedded Postgres: %w", err)
	}
	return c.URL(), nil
}

// Start is Ensure without the URL.
func (c *Cluster) Start(ctx context.Context) error {
	_, err := c.Ensure(ctx)
	return err
}

// ensureLocked runs under the lock: what another process did meanwhile is seen by looking again.
func (c *Cluster) ensureLocked(ctx context.Context) error {
	dir, err := c.existing()
	if err != nil {
		return err
	}
	p, err := c.programs(dir)
	if err != nil {
		return err
	}
	if dir == "" {
		if dir, err = c.initialize(ctx, p); err != nil {
			return err
		}
	}
	if _, err = c.ping(ctx, dir, c.Database); !answered(err) {
		if err := c.launch(ctx, p, dir); err != nil {
			return err
		}
		_, err = c.ping(ctx, dir, c.Database)
	}
	if isCode(err, noSuchDatabase) {
		return c.createDatabase(ctx, p)
	}
	return err
}

// createDatabase makes the project's database with the createdb program, which is a client: it runs as the caller.
func (c *Cluster) createDatabase(ctx context.Context, p programs) error {
	createdb, err := p.client("createdb")
	if err != nil {
		return err
	}
	cmd := exec.CommandContext(ctx, createdb, "-T", "template0", "--maintenance-db="+c.url("postgres"), c.Database)
	cmd.Env = cleanEnv()
	if out, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("createdb: %w: %s", err, strings.TrimSpace(string(out)))
	}
	return nil
}

// Stop ends the server after its sessions were told to finish at once; a cluster that does not run is fine.
func (c *Cluster) Stop(ctx context.Context) error {
	dir, err := c.existing()
	if err != nil || dir == "" {
		return err
	}
	unlock, err := c.lock(ctx)
	if err != nil {
		return err
	}
	defer unlock()
	return c.stopLocked(ctx, dir)
}

func (c *Cluster) stopLocked(ctx context.Context, dir string) error {
	if _, err := c.ping(ctx, dir, c.Database); !answered(err) && !serverLives(dir) {
		return nil
	}
	p, err := c.programs(dir)
	if err != nil {
		return err
	}
	if err := p.as.run(ctx, p.path("pg_ctl"), "stop", "-D", dir, "-m", "fast", "-w", "-t", "120", "-s"); err != nil && serverLives(dir) {
		return fmt.Errorf("embedded Postgres does not stop: %w", err)
	}
	return nil
}

// Reset stops the server and deletes the cluster with all its data, of every Postgres version. The next Ensure begins anew.
func (c *Cluster) Reset(ctx context.Context) error {
	dir, err := c.existing()
	if err != nil {
		return err
	}
	unlock, err := c.lock(ctx)
	if err != nil {
		return err
	}
	defer unlock()
	if dir != "" {
		if err := c.stopLocked(ctx, dir); err != nil {
			return err
		}
	}
	if s := c.socketDir(); s != c.Home {
		_ = os.Remove(s) // the server left it empty
	}
	return os.RemoveAll(c.Home)
}

// URL is the connection URL of the project's database, for libpq and pgx alike. It stays the same for the life of the project.
func (c *Cluster) URL() string { return c.url(c.Database) }

// Psql returns a psql command on the project's database, not started; the caller connects its streams. The cluster must run.
func (c *Cluster) Psql(ctx context.Context, args ...string) (*exec.Cmd, error) {
	dir, err := c.existing()
	if err != nil {
		return nil, err
	}
	p, err := c.programs(dir)
	if err != nil {
		return nil, err
	}
	psql, err := p.client("psql")
	if err != nil {
		return nil, err
	}
	return exec.CommandContext(ctx, psql, append([]string{"--dbname=" + c.URL()}, args...)...), nil
}
