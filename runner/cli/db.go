package cli

import (
	"encoding/json"
	"fmt"
	"io"

	"github.com/spf13/cobra"

	"streamflow/runner/internal/devpg"
	"streamflow/runner/report"
)

func dbCommand(a *app) *cobra.Command {
	c := describe(&cobra.Command{
		Use:   "db COMMAND",
		Short: "The embedded Postgres of this project: start, stop, status, url, psql, reset",
		Long: `Without another database, a project has a private Postgres cluster in the user's data folder, made and started when first needed.
These commands look after it; they never touch a database named in another way.`,
	}, needs{"makes its own", "no", "its own cluster"})
	return group(c, a.dbStart(), a.dbStop(), a.dbStatus(), a.dbURL(), a.dbPsql(), a.dbReset())
}

// embedded returns the cluster of the project, which may not exist yet.
func (a *app) embedded() (*devpg.Cluster, error) {
	if err := a.flags.check(); err != nil {
		return nil, err
	}
	root, err := a.findRoot(".")
	if err != nil {
		return nil, err
	}
	return a.cluster(root)
}

// cluster is the embedded cluster of the project in a folder. It is found by the name and the place of the project.
func (a *app) cluster(root string) (*devpg.Cluster, error) {
	c, err := devpg.At(projectName(root), root, a.getenv)
	if err != nil {
		return nil, surrounding("", err)
	}
	return c, nil
}

func (a *app) dbStart() *cobra.Command {
	return describe(&cobra.Command{
		Use:   "start",
		Short: "Make it if needed, start it, print its URL",
		Long:  "Start makes the cluster where there is none, starts it where it does not run, and prints its URL. It is left running.",
		Args:  atMost(0, "no arguments"),
		RunE: func(c *cobra.Command, _ []string) error {
			cluster, err := a.embedded()
			if err != nil {
				return err
			}
			url, err := cluster.Ensure(c.Context())
			if err != nil {
				return surrounding("", err)
			}
			_, err = fmt.Fprintln(a.stdout, url)
			return err
		},
	}, needs{"makes it", "no", "the cluster"})
}

func (a *app) dbStop() *cobra.Command {
	return describe(&cobra.Command{
		Use:   "stop",
		Short: "Stop it; the data stays",
		Long:  "Stop ends the server; sessions still open are rolled back and closed. The data stays, and the next command starts it again.",
		Args:  atMost(0, "no arguments"),
		RunE: func(c *cobra.Command, _ []string) error {
			cluster, err := a.embedded()
			if err != nil {
				return err
			}
			if err := cluster.Stop(c.Context()); err != nil {
				return surrounding("", err)
			}
			_, err = fmt.Fprintln(a.stdout, "stopped")
			return err
		},
	}, needs{"the embedded one", "no", "nothing"})
}

func (a *app) dbStatus() *cobra.Command {
	return describe(&cobra.Command{
		Use:   "status",
		Short: "Whether it runs, where it lives, which version",
		Long:  "Status looks at the cluster and changes nothing. A cluster that does not run is no error.",
		Args:  atMost(0, "no arguments"),
		RunE: func(c *cobra.Command, _ []string) error {
			cluster, err := a.embedded()
			if err != nil {
				return err
			}
			s, err := cluster.Status(c.Context())
			if err != nil {
				return surrounding("", err)
			}
			return a.result(func(w io.Writer, _ report.TextOptions) error { return writeStatus(w, s, a.flags.format) })
		},
	}, needs{"no", "no", "nothing"})
}

func writeStatus(w io.Writer, s devpg.Status, format string) error {
	if format == formatJSON {
		e := json.NewEncoder(w)
		e.SetEscapeHTML(false)
		e.SetIndent("", "  ")
		return e.Encode(s)
	}
	state := "not made yet"
	switch {
	case s.Running:
		state = fmt.Sprintf("running, process %d", s.PID)
	case s.Version != "":
		state = "stopped"
	}
	lines := [][2]string{{"state", state}, {"version", s.Version}, {"folder", s.Dir}, {"url", s.URL}, {"log", s.Log}, {"problem", s.Problem}}
	for _, l := range lines {
		if l[1] == "" {
			continue
		}
		if _, err := fmt.Fprintf(w, "%-8s %s\n", l[0], l[1]); err != nil {
			return err
		}
	}
	return nil
}

func (a *app) dbURL() *cobra.Command {
	return describe(&cobra.Command{
		Use:   "url",
		Short: "Print its URL, for other programs",
		Long:  "Url prints the URL of the cluster, whether it runs or not. It stays the same for the life of the project.",
		Args:  atMost(0, "no arguments"),
		RunE: func(*cobra.Command, []string) error {
			cluster, err := a.embedded()
			if err != nil {
				return err
			}
			_, err = fmt.Fprintln(a.stdout, cluster.URL())
			return err
		},
	}, needs{"no", "no", "nothing"})
}
