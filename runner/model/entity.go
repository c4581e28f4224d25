package model

import "streamflow/runner/internal/diag"

// Entity is what features are about. Its key is one column or several.
type Entity struct {
	Name        string
	Description string
	Owner       string
	Tags        []string
	Key         []Column // in the order in which requests give values; none is nullable
	Origin      diag.Place
}
