package cli

import (
	"bytes"
	"errors"
	"io"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"streamflow/runner/exports"
	"streamflow/runner/report"
)

func exportCommand(a *app) *cobra.Command {
	c := describe(&cobra.Command{
		Use:   "export COMMAND",
		Short: "What the project declares in the words of another tool: feast",
		Long:  "Export writes what the specs of this project say as definitions of another tool.",
	}, needs{"no", "no", "files of the other tool"})
	return group(c, a.exportFeast())
}

func (a *app) exportFeast() *cobra.Command {
	var server string
	var replace bool
	c := describe(&cobra.Command{
		Use:   "feast",
		Short: "The feature repository that a client of Feast needs to read from runner serve",
		Long: `Feast writes feature_store.yaml and features.py: entities, feature views with their types, and feature services. After "feast apply" in
that folder the SDK of Feast reads online features from runner serve. Files that are there and hold something else are not
overwritten without --replace.`,
		Example: "runner export feast\nrunner export feast --output client/features --url https://features.example.org --replace",
		Args:    atMost(0, "no arguments"),
		RunE:    func(*cobra.Command, []string) error { return a.writeFeast(server, replace) },
	}, needs{"no", "no", "feature_store.yaml and features.py in feature_repo, or in the folder of --output"})
	c.Flags().StringVar(&server, "url", "http://"+serverAddress, "where clients find runner serve")
	c.Flags().BoolVar(&replace, "replace", false, "overwrite files that hold something else")
	return c
}

func (a *app) writeFeast(server string, replace bool) error {
	dir := a.flags.output
	if dir == "" {
		dir = "feature_repo"
	}
	a.flags.output = "" // what is said of the files goes to stdout
	p, err := a.load()
	if err != nil {
		return err
	}
	if err := checkServer(server); err != nil {
		return err
	}
	if len(p.model.FeatureViews) == 0 {
		return usage("declare one: see runner explain F601 and docs/features.md", "the project has no feature views")
	}
	repo, faults := exports.Feast(p.model, projectName(p.root), strings.TrimRight(server, "/"))
	if len(faults) > 0 {
		p.findings = faults
		return a.refuse(p)
	}
	return a.writeExport(dir, repo.Files, repo.Notes, replace, "cd "+dir+" && feast apply")
}

// checkServer refuses what is no address of a server. What it quotes holds no password.
func checkServer(server string) error {
	u, err := url.Parse(server)
	switch {
	case err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Host == "" || u.RawQuery != "" || u.Fragment != "":
		return usage("such as --url http://"+serverAddress, "--url is not the address of a server")
	case u.User != nil:
		return usage("leave it out; a client is given its token by the environment, see feature_store.yaml", "--url %s holds a password", u.Redacted())
	}
	return nil
}

// writeExport writes the files of an export into a folder. When one of them is there with another content and is not to be replaced, none is
// written.
func (a *app) writeExport(dir string, files []exports.File, notes []string, replace bool, next string) error {
	out := report.Exported{Dir: filepath.ToSlash(dir), Notes: notes}
	var write []exports.File
	var there []string
	for _, f := range files {
		old, err := os.ReadFile(filepath.Join(dir, filepath.FromSlash(f.Path)))
		switch {
		case err == nil && bytes.Equal(old, []byte(f.Text)):
			out.Unchanged = append(out.Unchanged, f.Path)
			continue
		case err == nil && !replace:
			there = append(there, f.Path)
		case err != nil && !errors.Is(err, fs.ErrNotExist):
			return surrounding("nothing was written", err)
		}
		write = append(write, f)
		out.Files = append(out.Files, f.Path)
	}
	if len(there) > 0 {
		return usage("nothing was written; add --replace, or give another folder with --output", "%s holds another %s already", dir, strings.Join(there, " and "))
	}
	if _, err := makeFolders(dir); err != nil {
		return surrounding("", err)
	}
	for _, f := range write {
		err := writeFile(filepath.Join(dir, filepath.FromSlash(f.Path)), func(w io.Writer) error { _, err := io.WriteString(w, f.Text); return err })
		if err != nil {
			return surrounding("", err)
		}
	}
	return a.result(func(w io.Writer, opts report.TextOptions) error {
		return report.Export(w, a.flags.format == formatJSON, out, next, opts)
	})
}
