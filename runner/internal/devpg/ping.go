package devpg

import (
	"bufio"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"net"
	"path/filepath"
	"time"
)

// SQLSTATE codes that are answers rather than failures (Postgres documentation, appendix A).
const (
	noSuchDatabase = "3D000"
	cannotConnect  = "57P03" // starting up, shutting down or recovering
)

// greeting is what a server says when a session begins.
type greeting struct{ version string }

// serverError is an error that a Postgres server answered with.
type serverError struct{ code, message string }

func (e *serverError) Error() string { return e.message + " (SQLSTATE " + e.code + ")" }

func isCode(err error, code string) bool {
	var s *serverError
	return errors.As(err, &s) && s.code == code
}

// answered tells whether a ping that ended with err reached a server that takes sessions.
func answered(err error) bool {
	var s *serverError
	return err == nil || errors.As(err, &s) && s.code != cannotConnect
}

// ping opens a session on the socket and closes it again. It speaks just enough of the protocol (version 3.0, documentation
// section "Message Flow", Start-up) to tell "ready" from "starting", so that no client library is needed.
func (c *Cluster) ping(ctx context.Context, dir, database string) (greeting, error) {
	if s := c.socketDir(); s != c.Home {
		if err := sameOwner(s, dir); err != nil {
			return greeting{}, err // somebody else's folder under /tmp
		}
	}
	ctx, cancel := context.WithTimeout(ctx, 5*time.Second)
	defer cancel()
	conn, err := new(net.Dialer).DialContext(ctx, "unix", filepath.Join(c.socketDir(), socketName))
	if err != nil {
		return greeting{}, err
	}
	defer func() { _ = conn.Close() }()
	deadline, _ := ctx.Deadline()
	if err := conn.SetDeadline(deadline); err != nil {
		return greeting{}, err
	}
	if _, err := conn.Write(startupMessage(superuser, database)); err != nil {
		return greeting{}, err
	}
	g, err := readGreeting(bufio.NewReader(conn))
	if err == nil {
		_, _ = conn.Write([]byte{'X', 0, 0, 0, 4}) // a polite end keeps the server's log quiet
	}
	return g, err
}

func startupMessage(user, database string) []byte {
	body := "user\x00" + user + "\x00database\x00" + database + "\x00application_name\x00runner ping\x00\x00"
	msg := binary.BigEndian.AppendUint32(nil, uint32(8+len(body)))
	msg = binary.BigEndian.AppendUint32(msg, 3<<16)
	return append(msg, body...)
}

// readGreeting reads messages until the server is ready for a query or says why not.
func readGreeting(r io.Reader) (g greeting, err error) {
	for {
		var head [5]byte
		if _, err := io.ReadFull(r, head[:]); err != nil {
			return g, fmt.Errorf("the server hung up: %w", err)
		}
		size := binary.BigEndian.Uint32(head[1:])
		if size < 4 || size > 1<<20 {
			return g, errors.New("the socket does not speak the Postgres protocol")
		}
		body := make([]byte, size-4)
		if _, err := io.ReadFull(r, body); err != nil {
			return g, fmt.Errorf("the server hung up: %w", err)
		}
		switch head[0] {
		case 'R':
			if len(body) < 4 || binary.BigEndian.Uint32(body) != 0 {
				return g, errors.New("the server asks for a password, which an embedded one never does")
			}
		case 'S':
			if name, rest := cString(body); name == "server_version" {
				g.version, _ = cString(rest)
			}
		case 'E':
			return g, parseError(body)
		case 'Z':
			return g, nil
		}
	}
}

// parseError reads the fields of an ErrorResponse: a byte that says which, then text, until a zero byte.
func parseError(body []byte) error {
	e := &serverError{}
	for len(body) > 1 {
		field := body[0]
		var value string
		value, body = cString(body[1:])
		switch field {
		case 'C':
			e.code = value
		case 'M':
			e.message = value
		}
	}
	return e
}

func cString(b []byte) (string, []byte) {
	for i, c := range b {
		if c == 0 {
			return string(b[:i]), b[i+1:]
		}
	}
	return string(b), nil
}
