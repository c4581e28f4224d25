package serve

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"net/http"

	"streamflow/runner/internal/pg"
)

// fault is why a request is not answered, as its sender is told. Codes are stable; classes are those of Feast's errors, which its client
// raises again (feast/errors.py). Without a class it is FeastError.
type fault struct {
	status  int
	code    string
	class   string
	message string
	hint    string
	details []detail // of a body that cannot be read, where Feast's client asks
	allow   string   // the methods there are, where another was used
}

// Error returns the message.
func (f *fault) Error() string { return f.message }

// bad is a request that can never be answered.
func bad(code, hint, format string, args ...any) *fault {
	return &fault{status: http.StatusBadRequest, code: code, message: fmt.Sprintf(format, args...), hint: hint}
}

// unknown is a request for something that is not there. Feast's client gets the class.
func unknown(code, class, hint, format string, args ...any) *fault {
	return &fault{status: http.StatusNotFound, code: code, class: class, message: fmt.Sprintf(format, args...), hint: hint}
}

// retryAfter is when a client may try again after the database did not answer, in seconds.
const retryAfter = "1"

// faultOf explains an error that was met while answering. What the database says of its statements stays in the log: it is nothing that the
// sender of a request could mend.
func faultOf(err error) *fault {
	var f *fault
	var tooLarge *http.MaxBytesError
	var file *fs.PathError
	switch {
	case errors.As(err, &f):
		return f
	case errors.As(err, &tooLarge):
		return &fault{status: http.StatusRequestEntityTooLarge, code: "too_large", message: fmt.Sprintf("the body is larger than %d bytes", tooLarge.Limit),
			hint: "send fewer rows at once, or start the server with a larger --max-body"}
	case errors.Is(err, pg.ErrBusy):
		return &fault{status: http.StatusServiceUnavailable, code: "busy", message: "all connections to the database are busy",
			hint: "try again in a moment; or start the server with a larger --read-pool"}
	case errors.Is(err, context.Canceled):
		return &fault{status: statusClosed, code: "closed", message: "the client has gone"}
	case errors.Is(err, context.DeadlineExceeded), cancelled(err):
		return &fault{status: http.StatusGatewayTimeout, code: "timeout", message: "the answer took too long", hint: "ask for fewer rows, or start the server with a longer --timeout"}
	case errors.As(err, &file): // rows of history wait in one
		return &fault{status: http.StatusInternalServerError, code: "internal", message: "a file of the server could not be written or read", hint: "the log of the server says why"}
	case pg.DataFault(err):
		return bad("bad_value", "values are written as PostgreSQL reads them", "%s", plain(err))
	case hasState(err, "54000"):
		return bad("too_long", "a key may have about 2,700 bytes", "a key is longer than the database can keep in an index")
	case hasState(err, "42501"):
		return &fault{status: http.StatusServiceUnavailable, code: "no_right", message: "the role of the server may not do this in the database", hint: "let the owner GRANT it; the log of the server says what"}
	case pg.StatementFault(err):
		return &fault{status: http.StatusInternalServerError, code: "internal", message: "the database refused a statement of the server", hint: "the log of the server says why"}
	}
	return &fault{status: http.StatusServiceUnavailable, code: "unavailable", message: "the database does not answer", hint: "try again in a moment"}
}

// cancelled tells whether the server gave up a statement that took too long: SQLSTATE 57014.
func cancelled(err error) bool { return hasState(err, "57014") }

// hasState tells whether the server answered with an SQLSTATE.
func hasState(err error, state string) bool {
	var e *pg.Error
	return errors.As(err, &e) && e.State == state
}

// statusClosed is what the log says of a request whose client went away; nobody receives it (nginx calls it 499).
const statusClosed = 499

// plain is what the server says of a value, without its code.
func plain(err error) string {
	var e *pg.Error
	if errors.As(err, &e) {
		return e.Message
	}
	return err.Error()
}

// style is the form of the errors of a route.
type style int

const (
	ours   style = iota // {"error":{"code","message","hint"}}
	feasts              // a JSON string that holds JSON, as Feast's servers send it and its client reads it
)

// body is the fault as it is sent.
func (f *fault) body(s style) []byte {
	if s == feasts && len(f.details) > 0 {
		return encoded(map[string]any{"detail": f.details})
	}
	if s == ours {
		return encoded(map[string]any{"error": said{f.code, f.message, f.hint}})
	}
	message := f.message
	if f.hint != "" {
		message += " (" + f.hint + ")"
	}
	class := f.class
	if class == "" {
		class = "FeastError"
	}
	return encoded(string(encoded(feastError{"feast.errors", class, message})))
}

type said struct {
	Code    string `json:"code"`
	Message string `json:"message"`
	Hint    string `json:"hint,omitempty"`
}

type feastError struct {
	Module  string `json:"module"`
	Class   string `json:"class"`
	Message string `json:"message"`
}

// detail is one fault of a body, in the form of FastAPI.
type detail struct {
	Type string `json:"type"`
	Loc  []any  `json:"loc"`
	Msg  string `json:"msg"`
}

// malformed is a body that cannot be read at a place.
func malformed(kind, message string, at ...any) *fault {
	return &fault{status: http.StatusUnprocessableEntity, code: "malformed", message: message,
		details: []detail{{Type: kind, Loc: append([]any{"body"}, at...), Msg: message}}}
}

// encoded is a value as JSON that no page takes for markup. It holds nothing that JSON could not say.
func encoded(v any) []byte {
	b, err := json.Marshal(v)
	if err != nil {
		return []byte(`"the answer could not be written"`)
	}
	return b
}
