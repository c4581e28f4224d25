package run

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"

	"streamflow/runner/report"
)

// manifestEnding is what the name of a file's manifest has behind that of the file.
const manifestEnding = ".manifest.json"

// readManifest reads the manifest beside a file; ok is false when there is none.
func readManifest(path string) (m report.Manifest, ok bool, err error) {
	text, err := os.ReadFile(path + manifestEnding)
	if os.IsNotExist(err) {
		return m, false, nil
	}
	if err != nil {
		return m, false, err
	}
	if err := json.Unmarshal(text, &m); err != nil {
		return m, false, fmt.Errorf("%s is no manifest: %w", path+manifestEnding, err)
	}
	return m, true, nil
}

// keepFiles puts the file and its manifest into their places, where they differ from those that are there. The manifest is complete before
// the file is exchanged.
func (t *training) keepFiles(manifest report.Manifest) error {
	path, text := t.path+manifestEnding, manifest.Text()
	old, err := os.ReadFile(path)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	var m *outFile
	if !bytes.Equal(old, text) {
		if m, err = createFile(path); err != nil {
			return err
		}
		defer m.discard()
		if _, err := m.Write(text); err != nil {
			return err
		}
	}
	if t.out.State != report.TrainingUnchanged {
		if err := t.file.keep(); err != nil {
			return err
		}
	} else if m != nil && len(old) > 0 {
		t.note("the rows are the same, and the manifest is new: what they were built from has changed")
	}
	if m == nil {
		return nil
	}
	return m.keep()
}
