//go:build unix

package devpg

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// bare is a cluster on a machine without any Postgres program.
func bare(t *testing.T, vars map[string]string) *Cluster {
	t.Helper()
	if vars["RUNNER_DATA_HOME"] == "" {
		vars["RUNNER_DATA_HOME"] = folder(t)
	}
	if _, ok := vars["PATH"]; !ok {
		vars["PATH"] = "/nowhere"
	}
	c, err := At("demo", "/some/project", env(vars))
	if err != nil {
		t.Fatal(err)
	}
	c.folders = nil
	return c
}

func program(t *testing.T, dir, name, script string) {
	t.Helper()
	if err := os.MkdirAll(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, name), []byte("#!/bin/sh\n"+script+"\n"), 0o755); err != nil {
		t.Fatal(err)
	}
}

// fake makes a folder of programs that claim to be of a version.
func fake(t *testing.T, dir, version string) string {
	t.Helper()
	program(t, dir, "initdb", "exit 1")
	program(t, dir, "pg_ctl", "exit 1")
	program(t, dir, "postgres", "echo 'postgres (PostgreSQL) "+version+"'")
	return dir
}

func TestAbsentPrograms(t *testing.T) {
	c := bare(t, map[string]string{})
	_, err := c.Ensure(t.Context())
	var missing *MissingError
	if !errors.As(err, &missing) || missing.Install == "" || !strings.Contains(err.Error(), missing.Install) {
		t.Fatalf("got %v", err)
	}
	if _, err := os.Stat(c.Home); !os.IsNotExist(err) {
		t.Errorf("something was made: %v", err)
	}
}

func TestTooOld(t *testing.T) {
	dir := folder(t)
	old := fake(t, filepath.Join(dir, "13"), "13.4")
	c := bare(t, map[string]string{"RUNNER_PG_BIN": old})
	if _, err := c.Ensure(t.Context()); err == nil || !strings.Contains(err.Error(), "PostgreSQL 13; runner needs 14") {
		t.Errorf("named: %v", err)
	}
	c = bare(t, map[string]string{"PATH": old})
	if _, err := c.Ensure(t.Context()); err == nil || !strings.Contains(err.Error(), "found only version 13") {
		t.Errorf("on PATH: %v", err)
	}
}

func TestNamedProgramsMustBeThere(t *testing.T) {
	c := bare(t, map[string]string{"RUNNER_PG_BIN": "/nowhere"})
	if _, err := c.Ensure(t.Context()); err == nil || !strings.Contains(err.Error(), "RUNNER_PG_BIN=/nowhere: there is no program initdb") {
		t.Error(err)
	}
}

func TestWhichPrograms(t *testing.T) {
	t.Parallel()
	dir := folder(t)
	wrapper := filepath.Join(dir, "wrapper") // a script that calls a pg_ctl elsewhere, without the others beside it
	program(t, wrapper, "pg_ctl", "exit 1")
	links := filepath.Join(dir, "links")
	real := fake(t, filepath.Join(dir, "real"), "15.2 (Debian)")
	usual := map[string]string{"9": "9.6", "14": "14.1", "18": "18beta1", "16": "16.4"}
	for major, version := range usual {
		fake(t, filepath.Join(dir, "usual", major, "bin"), version)
	}
	if err := os.MkdirAll(links, 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(filepath.Join(real, "pg_ctl"), filepath.Join(links, "pg_ctl")); err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		name, named, path, data string
		want                    int
	}{
		{name: "highest of the usual folders", path: "/nowhere", want: 18},
		{name: "a wrapper alone is none", path: wrapper, want: 18},
		{name: "PATH before the usual folders, through a link", path: wrapper + ":" + links, want: 15},
		{name: "RUNNER_PG_BIN before PATH", named: filepath.Join(dir, "usual/14/bin"), path: links, want: 14},
		{name: "that of the data before all", named: filepath.Join(dir, "usual/14/bin"), path: links, data: "pg16", want: 16},
	} {
		t.Run(tt.name, func(t *testing.T) {
			c := bare(t, map[string]string{"RUNNER_PG_BIN": tt.named, "PATH": tt.path})
			c.folders = []string{filepath.Join(dir, "usual/*/bin")}
			data := ""
			if tt.data != "" {
				data = filepath.Join(folder(t), tt.data)
				if err := os.Mkdir(data, 0o700); err != nil {
					t.Fatal(err)
				}
			}
			p, err := c.programs(data)
			if err != nil || p.major != tt.want {
				t.Errorf("got %d, %v; want %d", p.major, err, tt.want)
			}
		})
	}
}

// TestOtherMajor: data of a version whose programs are gone stay untouched, and the error says what is needed.
func TestOtherMajor(t *testing.T) {
	t.Parallel()
	c := cluster(t, folder(t))
	for _, dir := range []string{"pg9", "pg99"} {
		if err := os.MkdirAll(filepath.Join(c.Home, dir), 0o700); err != nil {
			t.Fatal(err)
		}
	}
	dir := filepath.Join(c.Home, "pg99")
	if os.Geteuid() == 0 {
		as, err := serverAccount("")
		if err != nil {
			t.Fatal(err)
		}
		if err := as.own(dir); err != nil {
			t.Fatal(err)
		}
	}
	_, err := c.Ensure(t.Context())
	var missing *MissingError
	if !errors.As(err, &missing) || missing.Major != 99 || missing.Data != dir || !strings.Contains(err.Error(), "PostgreSQL 99") {
		t.Fatalf("got %v", err)
	}
	if entries, err := os.ReadDir(c.Home); err != nil || len(entries) != 2 {
		t.Errorf("touched: %v %v", entries, err)
	}
}

// TestForeignOwner: a cluster of root is nobody's to run, not even root's, because a server never runs as root.
func TestForeignOwner(t *testing.T) {
	home := "/etc" // any folder of root
	if os.Geteuid() == 0 {
		home = folder(t)
	}
	c, err := At("demo", "/some/project", env(map[string]string{"RUNNER_DATA_HOME": filepath.Join(home, "x")}))
	if err != nil {
		t.Fatal(err)
	}
	if os.Geteuid() == 0 {
		if err := os.MkdirAll(filepath.Join(c.Home, "pg15"), 0o700); err != nil {
			t.Fatal(err)
		}
	}
	var owner *OwnerError
	if _, err = c.Ensure(t.Context()); !errors.As(err, &owner) || owner.Owner != "root" || !strings.Contains(err.Error(), "belongs to user root") {
		t.Errorf("got %v", err)
	}
}

// TestClosedFolder: the server's user cannot go where root can.
func TestClosedFolder(t *testing.T) {
	if os.Geteuid() != 0 {
		t.Skip("only root hands over to another user")
	}
	dir := folder(t)
	if err := os.Chmod(dir, 0o700); err != nil {
		t.Fatal(err)
	}
	c := cluster(t, dir)
	if _, err := c.Ensure(t.Context()); err == nil || !strings.Contains(err.Error(), "may not enter "+dir) {
		t.Error(err)
	}
}

// TestNoStart: a server with a reason of its own not to start says it, at once.
func TestNoStart(t *testing.T) {
	t.Parallel()
	c := cluster(t, folder(t))
	c.Settings["shared_buffers"] = "plenty"
	_, err := c.Ensure(t.Context())
	if err == nil || !strings.Contains(err.Error(), "last lines of") || !strings.Contains(err.Error(), `"plenty"`) {
		t.Fatalf("got %v", err)
	}
	c.Settings["shared_buffers"] = "16MB"
	ensure(t, c)
}

func TestInterrupted(t *testing.T) {
	c := cluster(t, folder(t))
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := c.Ensure(ctx); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
}

func TestAt(t *testing.T) {
	user := os.Geteuid() != 0
	for _, tt := range []struct {
		name, want, database string
		vars                 map[string]string
		fails                bool
	}{
		{name: "Churn, Europe!", vars: map[string]string{"RUNNER_DATA_HOME": "/d/"}, want: "/d/churn_europe-", database: "churn_europe"},
		{name: "", vars: map[string]string{"RUNNER_DATA_HOME": "/d"}, want: "/d/project-", database: "runner"},
		{name: "template1", vars: map[string]string{"RUNNER_DATA_HOME": "/d"}, want: "/d/project-", database: "runner"},
		{name: "x", vars: map[string]string{"RUNNER_DATA_HOME": "d"}, fails: true},
		{name: "x", vars: map[string]string{"XDG_DATA_HOME": "/share", "HOME": "/h"}, want: map[bool]string{true: "/share/runner/x-", false: "/var/lib/runner/x-"}[user], database: "x"},
		{name: "x", vars: map[string]string{"XDG_DATA_HOME": "relative", "HOME": "/h"}, want: map[bool]string{true: "/h/.local/share/runner/x-", false: "/var/lib/runner/x-"}[user], database: "x"},
		{name: "x", vars: map[string]string{}, want: "/var/lib/runner/x-", database: "x", fails: user},
	} {
		c, err := At(tt.name, "/äöü", env(tt.vars))
		if (err != nil) != tt.fails {
			t.Errorf("%v: %v", tt.vars, err)
		}
		if err == nil && (!strings.HasPrefix(c.Home, tt.want) || c.Database != tt.database) {
			t.Errorf("%v: %s %s, want %s %s", tt.vars, c.Home, c.Database, tt.want, tt.database)
		}
	}
	a, _ := At("x", "/one", env(map[string]string{"RUNNER_DATA_HOME": "/d"}))
	b, _ := At("x", "/two", env(map[string]string{"RUNNER_DATA_HOME": "/d"}))
	if a.Home == b.Home {
		t.Error("two projects of one name share a cluster")
	}
}

// TestStranger: whatever talks on the socket, ping ends with an error and without a panic.
func TestStranger(t *testing.T) {
	for _, said := range []string{"", "E", "HTTP/1.1 400 Bad Request\r\n", "R\x00\x00\x00\x08\x00\x00\x00\x03", "R\x00\x00\x00\x05\x00", "S\x00\x00\x00\x03", "E\x00\x00\x00\x06SX", "E\x00\x00\x00\x04"} {
		if _, err := readGreeting(strings.NewReader(said)); err == nil {
			t.Errorf("%q was taken for a server", said)
		}
	}
	_, err := readGreeting(strings.NewReader("E\x00\x00\x00\x1cSFATAL\x00C57P03\x00Mnot now\x00\x00"))
	if !isCode(err, cannotConnect) || answered(err) || err.Error() != "not now (SQLSTATE 57P03)" {
		t.Errorf("got %v", err)
	}
}
