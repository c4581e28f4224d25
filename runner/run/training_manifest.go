package run

import (
	"encoding/json"
	"fmt"
	"os"

	"streamflow/runner/model"
	"streamflow/runner/plan"
	"streamflow/runner/report"
	"streamflow/runner/source"
)

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

// fileBatch is a batch of files that are only read.
func (r *runner) fileBatch(name string, columns []model.Column, s model.Source, files []source.File) *batch {
	t := plan.FileTable(name, columns, s)
	return &batch{table: t, request: source.Request{Files: files, Table: t.Load.Table, Source: s, Reading: t.Load.Reading, Timezone: r.Project.Timezone}}
}
