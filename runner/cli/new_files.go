package cli

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"

	"streamflow/runner/scaffold"
)

// writeNew writes files that must not be there, and returns the paths of the folders and files that it made, in order.
func writeNew(dir string, list []scaffold.File) (made []string, err error) {
	for _, f := range list {
		name := filepath.Join(dir, filepath.FromSlash(f.Path))
		folders, err := makeFolders(filepath.Dir(name))
		made = append(made, folders...)
		if err != nil {
			return made, err
		}
		out, err := os.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o644)
		if err != nil {
			return made, err
		}
		made = append(made, name)
		_, err = out.Write(f.Content)
		if err = errors.Join(err, out.Close()); err != nil {
			return made, err
		}
	}
	return made, nil
}

// takeBack removes what was made before something failed. A folder that holds something else stays.
func takeBack(made []string, err error) error {
	for i := len(made) - 1; i >= 0; i-- {
		_ = os.Remove(made[i])
	}
	return surrounding("what was written was removed again", err)
}

// makeFolders makes a folder and those above it, and returns the ones that were not there, the outermost first.
func makeFolders(dir string) ([]string, error) {
	if _, err := os.Stat(dir); !errors.Is(err, fs.ErrNotExist) {
		return nil, err
	}
	made, err := makeFolders(filepath.Dir(dir))
	if err != nil {
		return made, err
	}
	if err := os.Mkdir(dir, 0o755); err != nil {
		return made, err
	}
	return append(made, dir), nil
}
