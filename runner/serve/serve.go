// Package serve answers requests for features over HTTP.
package serve
