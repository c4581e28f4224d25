package serve

import (
	"crypto/sha256"
	"crypto/subtle"
	"net"
	"net/http"
	"strings"
)

// admit decides whether a request is let in.
func (s *Server) admit(c *call) *fault {
	if !c.route.open && !s.trusts(c.Request) {
		f := &fault{status: http.StatusUnauthorized, code: "unauthorized", class: "FeastPermissionError", message: "this server asks for a token",
			hint: "send the header Authorization: Bearer TOKEN; a browser may give the token as password"}
		if c.Request.Header.Get("Authorization") != "" {
			f.message = "the token is not the one of this server"
		}
		return f
	}
	if s.OwnNames && !ownName(c.Host) {
		return &fault{status: http.StatusForbidden, code: "other_host", class: "FeastPermissionError", message: "this server answers to the names of this machine alone",
			hint: "ask 127.0.0.1 or localhost, or start it with a token, or with --insecure"}
	}
	if err := s.origins.Check(c.Request); err != nil {
		return &fault{status: http.StatusForbidden, code: "cross_origin", class: "FeastPermissionError",
			message: "a page of another site may not send this", hint: "send it from a program"}
	}
	if c.route.write && !s.AllowWrite {
		return &fault{status: http.StatusForbidden, code: "read_only", class: "FeastPermissionError",
			message: "this server does not write", hint: "start it with --allow-write"}
	}
	return encodings(c.Request)
}

// ownName tells whether a request was sent to this machine under a name that only it has. A page of another site may let its own name mean this
// machine, and then is to a browser what it is asking from (DNS rebinding).
func ownName(host string) bool {
	name, _, err := net.SplitHostPort(host)
	if err != nil {
		name = strings.Trim(host, "[]")
	}
	name = strings.ToLower(strings.TrimSuffix(name, "."))
	ip := net.ParseIP(name)
	return name == "localhost" || strings.HasSuffix(name, ".localhost") || ip != nil && ip.IsLoopback() || name == ""
}

// trusts tells whether a request brings the token, as Bearer or as the password of a browser. How long it takes does not depend on the token.
func (s *Server) trusts(r *http.Request) bool {
	if s.Token == "" {
		return true
	}
	given, ok := bearer(r.Header.Get("Authorization"))
	if _, password, basic := r.BasicAuth(); basic {
		given, ok = password, true
	}
	a, b := sha256.Sum256([]byte(given)), sha256.Sum256([]byte(s.Token))
	return ok && subtle.ConstantTimeCompare(a[:], b[:]) == 1
}

func bearer(header string) (string, bool) {
	scheme, token, ok := strings.Cut(header, " ")
	return strings.TrimSpace(token), ok && strings.EqualFold(scheme, "Bearer")
}

// Loopback tells whether an address is reached from this machine alone.
func Loopback(addr string) bool {
	host, _, err := net.SplitHostPort(addr)
	if err != nil {
		return false
	}
	ip := net.ParseIP(host)
	return host == "localhost" || ip != nil && ip.IsLoopback()
}
