package main

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
)

// serve starts a server beside the page, as "runner serve ... &" does in a shell, and returns what it prints. It listens where nobody else
// does; the page shows the usual address, and its curl asks the right one.
func (p *page) serve(command string) string {
	p.start()
	path := filepath.Join(p.dir, servedFile)
	_ = os.Remove(path)
	words := strings.TrimSuffix(strings.TrimPrefix(command, "runner serve"), "&")
	c := exec.Command("sh", "-c", "exec runner serve --addr 127.0.0.1:0 --output "+servedFile+words)
	c.Dir, c.Env = p.dir, p.environment()
	var out bytes.Buffer
	c.Stdout, c.Stderr = &out, &out
	if err := c.Start(); err != nil {
		p.Fatal(err)
	}
	p.server, p.printed = c, &out
	p.Cleanup(func() { _ = c.Process.Kill() })
	url, err := serverOf(path)
	if err != nil {
		p.Fatal(err)
	}
	text, err := os.ReadFile(path)
	if err != nil {
		p.Fatal(err)
	}
	return strings.TrimRight(p.seen(out.String()+strings.ReplaceAll(string(text), url, usualServer)), "\n")
}

// end ends the server, as "kill %1" does, and returns what it printed last.
func (p *page) end() string {
	before := p.printed.Len()
	if err := p.server.Process.Signal(syscall.SIGTERM); err != nil {
		p.Fatal(err)
	}
	_ = p.server.Wait()
	p.exit = p.server.ProcessState.ExitCode()
	return strings.TrimRight(p.seen(p.printed.String()[before:]), "\n")
}
