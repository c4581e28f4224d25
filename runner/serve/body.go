package serve

import (
	"errors"
	"io"
	"net"
	"net/http"
)

// body is the body of a request. What keeps it from being read is the sender's fault, or that of the way, and not the database's.
type body struct{ io.ReadCloser }

// Read reads.
func (b *body) Read(p []byte) (int, error) {
	n, err := b.ReadCloser.Read(p)
	var large *http.MaxBytesError
	var slow net.Error
	switch {
	case err == nil || errors.Is(err, io.EOF) || errors.As(err, &large):
		return n, err
	case errors.As(err, &slow) && slow.Timeout():
		return n, &fault{status: http.StatusRequestTimeout, code: "slow_request", message: "the body did not arrive in time",
			hint: "send it faster, or start the server with a longer --read-timeout"}
	}
	return n, bad("bad_request", "", "the body cannot be read: %s", err)
}

// encodings refuses a body that is packed: it would be read as bad JSON.
func encodings(r *http.Request) *fault {
	if how := r.Header.Get("Content-Encoding"); how != "" && how != "identity" {
		return &fault{status: http.StatusUnsupportedMediaType, code: "packed_body", message: "a body with Content-Encoding " + how + " is not read", hint: "send it as it is"}
	}
	return nil
}
