package spec

import (
	"io/fs"

	"streamflow/runner/internal/diag"
)

// Load reads specs from a project. Paths are files or folders, slash-separated and relative to the project; folders are searched for
// *.yaml and *.yml, in sorted order. Without paths it reads runner.yaml (or runner.yml), pipelines/, expectations/ and
// featureviews/, whichever exist. A file that was named and is not there is a finding. The tree is never nil.
func Load(fsys fs.FS, paths []string) (*Tree, diag.List) {
	return &Tree{Sources: map[string][]byte{}}, nil
}
