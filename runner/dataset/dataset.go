// Package dataset writes rows of an answer as files that other programs read: CSV and Parquet, the same bytes for the same rows.
package dataset
