package run

import (
	"context"
	"os"
	"path/filepath"
	"slices"

	"streamflow/runner/model"
	"streamflow/runner/source"
)

// Headers compares the headers of the files of a filled path with the columns of a table, as a run would (source.Headers). Of files that
// are not there, and of what is no regular file, it says nothing.
func Headers(ctx context.Context, root, timezone, path string, l *model.Load) []source.Header {
	files, fault := SourceFiles(root, path, l.Table.Name)
	if fault != nil {
		return nil
	}
	files = slices.DeleteFunc(files, func(f source.File) bool {
		name := filepath.FromSlash(f.Name)
		if !filepath.IsAbs(name) {
			name = filepath.Join(root, name)
		}
		info, err := os.Stat(name)
		return err != nil || !info.Mode().IsRegular() // a pipe would wait for a writer
	})
	return source.Headers(ctx, source.Request{Files: files, Table: l.Table, Source: l.Source, Reading: l.Reading, Timezone: timezone})
}
