//go:build !unix

package devpg

import (
	"errors"
	"os/exec"
)

// account stands in where there are no Unix users: the embedded Postgres needs them, a named database does not.
type account struct{ name string }

func serverAccount(string) (account, error) {
	return account{}, errors.New("the embedded Postgres needs a Unix system; name a database with --database-url or DATABASE_URL")
}

func (account) apply(*exec.Cmd)    {}
func (account) own(string) error   { return nil }
func (account) enter(string) error { return nil }
func checkOwner(string) error      { return nil }
func sameOwner(_, _ string) error  { return nil }
func ownerError(path string) error { return &OwnerError{Path: path} }
func running(int) bool             { return false }
