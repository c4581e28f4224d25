-- The version of the schema "runner", or no row when there is none.
SELECT version FROM runner.version
