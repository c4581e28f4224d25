// Package parquet reads and writes Parquet files. It is the only one that knows the library.
package parquet
