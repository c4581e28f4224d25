package serve

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"time"
)

// Door is where and how requests come in.
type Door struct {
	Listener net.Listener
	TLS      *tls.Config   // nil is plain HTTP
	Header   time.Duration // until the header of a request is there
	Read     time.Duration // until its body is there
	Write    time.Duration // until its answer is sent
	Idle     time.Duration // how long a connection is kept between requests
	Grace    time.Duration // how long requests may take that are under way when the server is to end
}

// lingers is how long connections that are there may still bring requests when the server is to end, and no others are taken. Answers say that
// the connection ends, so that clients that ask again and again leave by themselves: where the server closes it first, a request that is
// just under way is lost.
const lingers = 250 * time.Millisecond

// Listen answers requests until ctx ends; then it takes no more, finishes those that it has, and returns. An error says that it could not
// go on, or that requests were cut off.
func (s *Server) Listen(ctx context.Context, d Door) error {
	server := &http.Server{
		Handler: s, TLSConfig: d.TLS, ReadHeaderTimeout: d.Header, ReadTimeout: d.Read, WriteTimeout: d.Write, IdleTimeout: d.Idle,
		MaxHeaderBytes: 64 << 10, ErrorLog: slog.NewLogLogger(s.Log.Handler(), slog.LevelDebug),
	}
	ended := make(chan error, 1)
	go func() {
		if d.TLS != nil {
			ended <- server.ServeTLS(d.Listener, "", "")
			return
		}
		ended <- server.Serve(d.Listener)
	}()
	select {
	case err := <-ended:
		return err
	case <-ctx.Done():
	}
	s.End()
	_ = d.Listener.Close()
	<-ended
	time.Sleep(min(lingers, d.Grace))
	return s.close(context.WithoutCancel(ctx), server, d.Grace)
}

func (s *Server) close(ctx context.Context, server *http.Server, grace time.Duration) error {
	ctx, cancel := context.WithTimeout(ctx, grace)
	defer cancel()
	err := server.Shutdown(ctx)
	if err == nil {
		err = s.wait(ctx)
	}
	if errors.Is(err, context.DeadlineExceeded) {
		_ = server.Close()
		return fmt.Errorf("requests were cut off that were not answered after %s", grace)
	}
	return err
}

// wait waits for the jobs that go on after their answer.
func (s *Server) wait(ctx context.Context) error {
	done := make(chan struct{})
	go func() {
		s.jobs.Wait()
		close(done)
	}()
	select {
	case <-done:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
