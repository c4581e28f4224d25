package main

import (
	"context"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"

	"streamflow/runner/cli"
	"streamflow/runner/internal/devpg"
	"streamflow/runner/internal/devpg/pgtest"
)

// TestMain lets the test binary be the runner: scripts call it by its name.
func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){
		"runner": func() { os.Exit(cli.Main(os.Args[1:], os.Stdin, os.Stdout, os.Stderr, os.Getenv)) },
		"curl":   func() { os.Exit(curl(os.Args[1:])) },
	})
}

// TestScript runs what a user could type: testdata/script/*.txtar, each in its own folder with its own empty database, which
// DATABASE_URL names. One script: go test ./runner -run TestScript/NAME.
func TestScript(t *testing.T) {
	root, err := filepath.Abs("..")
	if err != nil {
		t.Fatal(err)
	}
	files, err := filepath.Glob("testdata/script/*.txtar")
	if err != nil || len(files) == 0 {
		t.Fatalf("no scripts: %v", err)
	}
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".txtar"), func(t *testing.T) {
			t.Parallel()
			testscript.Run(t, parameters(file, root, pgtest.Database(t)))
		})
	}
}

func parameters(file, root, url string) testscript.Params {
	real := filepath.Join(root, "..", "shared", "data", "streamflow")
	return testscript.Params{
		Files: []string{file},
		Setup: func(e *testscript.Env) error { return prepare(e, root, real, url) },
		Condition: func(c string) (bool, error) {
			if c != "realdata" {
				return false, errors.New("unknown condition " + c)
			}
			_, err := os.Stat(real)
			return err == nil, nil
		},
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			"exit": cmdExit, "psql": cmdPsql, "psql-file": cmdPsqlFile, "sql-equal": cmdSQLEqual, "dump": cmdDump, "json": cmdJSON, "replace": cmdReplace,
			"example": cmdExample, "hold": cmdHold, "release": cmdRelease, "await": cmdAwait,
			"served": cmdServed, "http": cmdHTTP, "until": cmdUntil, "refused": cmdRefused,
		},
	}
}

// prepare sets the environment: nothing of the caller's that could lead to another database, and a folder for embedded clusters that
// the server's own user can enter.
func prepare(e *testscript.Env, root, real, url string) error {
	data, err := os.MkdirTemp("", "runner-script")
	if err != nil {
		return err
	}
	if err := os.Chmod(data, 0o755); err != nil {
		return err
	}
	e.Values[holderKey{}] = &holder{}
	e.Defer(func() { removeClusters(data) })
	for _, v := range os.Environ() {
		if name, _, _ := strings.Cut(v, "="); strings.HasPrefix(name, "PG") || strings.HasPrefix(name, "POSTGRES_") {
			e.Setenv(name, "")
		}
	}
	e.Setenv("RUNNER_DATA_HOME", data)
	e.Setenv("RUNNER_PG_BIN", os.Getenv("RUNNER_PG_BIN"))
	e.Setenv("DATABASE_URL", url)
	e.Setenv("TEST_DATABASE_URL", url) // stays when a script takes DATABASE_URL away
	e.Setenv("PROJECT_ROOT", root)
	e.Setenv("STREAMFLOW", real)
	return nil
}

// removeClusters deletes the embedded clusters that a script left behind, running or not.
func removeClusters(data string) {
	homes, _ := filepath.Glob(filepath.Join(data, "*"))
	for _, home := range homes {
		if info, err := os.Stat(home); err == nil && info.IsDir() {
			_ = devpg.New(devpg.Config{Home: home, Getenv: os.Getenv}).Reset(context.Background())
		}
	}
	_ = os.RemoveAll(data)
}

// cmdExit runs a command and wants exactly this exit code: exit CODE COMMAND ARGS...
func cmdExit(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: exit CODE COMMAND ARGS...")
	}
	want, err := strconv.Atoi(args[0])
	ts.Check(err)
	got := 0
	if err := ts.Exec(args[1], args[2:]...); err != nil {
		var left *exec.ExitError
		if !errors.As(err, &left) {
			ts.Fatalf("%v", err)
		}
		got = left.ExitCode()
	}
	if got != want {
		ts.Fatalf("exit code %d, want %d\nstdout:\n%s\nstderr:\n%s", got, want, ts.ReadFile("stdout"), ts.ReadFile("stderr"))
	}
}

// cmdReplace changes text in a file: replace FILE OLD NEW. OLD must be there, and only its first occurrence is replaced. \n is a
// line feed.
func cmdReplace(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 3 {
		ts.Fatalf("usage: replace FILE OLD NEW")
	}
	text, breaks := ts.ReadFile(args[0]), strings.NewReplacer(`\n`, "\n", `\r`, "\r")
	old := breaks.Replace(args[1])
	if !strings.Contains(text, old) {
		ts.Fatalf("%s does not hold %q", args[0], old)
	}
	ts.Check(os.WriteFile(ts.MkAbs(args[0]), []byte(strings.Replace(text, old, breaks.Replace(args[2]), 1)), 0o644))
}

// cmdExample copies the example project of this repository into the current folder.
func cmdExample(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 0 {
		ts.Fatalf("usage: example")
	}
	root := ts.Getenv("PROJECT_ROOT")
	for _, part := range []string{"pipelines", "expectations", "featureviews", filepath.Join("data", "seeds")} {
		from := filepath.Join(root, part)
		if _, err := os.Stat(from); err == nil {
			ts.Check(os.CopyFS(ts.MkAbs(part), os.DirFS(from)))
		}
	}
	text, err := os.ReadFile(filepath.Join(root, "runner.yaml"))
	ts.Check(err)
	ts.Check(os.WriteFile(ts.MkAbs("runner.yaml"), text, 0o644))
}
