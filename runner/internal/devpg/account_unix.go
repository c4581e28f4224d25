//go:build unix

package devpg

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"strconv"
	"syscall"
)

// account is the system user that runs the server. Postgres refuses to run as root, so root hands over to another one.
type account struct {
	uid, gid int
	name     string
	drop     bool // the caller is root and must become this user
}

// serverAccount returns who runs the server of the data folder dir, "" for a new one: the caller; for root the owner of the
// folder, else the user postgres, else nobody.
func serverAccount(dir string) (account, error) {
	uid := os.Geteuid()
	if uid != 0 {
		return account{uid: uid, gid: os.Getegid(), name: userName(uid)}, nil
	}
	if dir != "" {
		owner, err := ownerOf(dir)
		if err != nil {
			return account{}, err
		}
		u, err := user.LookupId(strconv.Itoa(owner.uid))
		if err != nil {
			return account{owner.uid, owner.gid, userName(owner.uid), true}, nil //nolint:nilerr // a number without a name owns files too
		}
		return accountOf(u)
	}
	for _, name := range []string{"postgres", "nobody"} {
		if u, err := user.Lookup(name); err == nil {
			return accountOf(u)
		}
	}
	return account{}, errors.New("Postgres does not run as root, and there is no user postgres or nobody to run it (create one: useradd --system postgres)")
}

func accountOf(u *user.User) (account, error) {
	uid, err1 := strconv.Atoi(u.Uid)
	gid, err2 := strconv.Atoi(u.Gid)
	return account{uid, gid, u.Username, true}, errors.Join(err1, err2)
}

// apply makes a command run as the account.
func (a account) apply(cmd *exec.Cmd) {
	if a.drop {
		cmd.SysProcAttr = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: uint32(a.uid), Gid: uint32(a.gid)}}
	}
}

// own gives a file that root made to the account. It does not follow links.
func (a account) own(path string) error {
	if !a.drop {
		return nil
	}
	return os.Lchown(path, a.uid, a.gid)
}

// enter says which folder on the way to path the account may not enter, or nil.
func (a account) enter(path string) error {
	for dir := filepath.Dir(path); a.drop; dir = filepath.Dir(dir) {
		info, err := os.Stat(dir)
		if err != nil {
			return err
		}
		stat, bit := info.Sys().(*syscall.Stat_t), fs.FileMode(0o001)
		if int(stat.Uid) == a.uid {
			bit = 0o100
		} else if int(stat.Gid) == a.gid {
			bit = 0o010
		}
		if info.Mode()&bit == 0 {
			return fmt.Errorf("the user %s, who runs the server for root, may not enter %s (chmod o+x it, or set RUNNER_DATA_HOME to another folder)", a.name, dir)
		}
		if dir == filepath.Dir(dir) {
			break
		}
	}
	return nil
}

func ownerOf(path string) (account, error) {
	info, err := os.Lstat(path)
	if err != nil {
		return account{}, err
	}
	stat := info.Sys().(*syscall.Stat_t)
	return account{uid: int(stat.Uid), gid: int(stat.Gid), name: userName(int(stat.Uid))}, nil
}

// checkOwner refuses a data folder that the caller cannot run: for root one of root's own, else one of anybody else.
func checkOwner(dir string) error {
	owner, err := ownerOf(dir)
	if err != nil {
		return err
	}
	if me := os.Geteuid(); owner.uid != me && me != 0 || owner.uid == 0 {
		return &OwnerError{Path: dir, Owner: owner.name, UID: owner.uid}
	}
	return nil
}

// sameOwner refuses a socket folder that belongs to somebody else than the cluster: anybody may make folders under /tmp.
func sameOwner(socketDir, dir string) error {
	s, err := ownerOf(socketDir)
	if err != nil {
		return err
	}
	d, err := ownerOf(dir)
	if err == nil && s.uid != d.uid {
		return &OwnerError{Path: socketDir, Owner: s.name, UID: s.uid}
	}
	return err
}

// ownerError names who owns path, or the nearest parent that can be looked at.
func ownerError(path string) error {
	for {
		owner, err := ownerOf(path)
		if err == nil || path == filepath.Dir(path) {
			return &OwnerError{Path: path, Owner: owner.name, UID: owner.uid}
		}
		path = filepath.Dir(path)
	}
}

func userName(uid int) string {
	if u, err := user.LookupId(strconv.Itoa(uid)); err == nil {
		return u.Username
	}
	return "with uid " + strconv.Itoa(uid)
}

func running(pid int) bool { return syscall.Kill(pid, 0) == nil }
