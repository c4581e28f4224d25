-- A tenth of the usual sample finds out what a join needs to know. The setting ends with the statement.
SET LOCAL default_statistics_target = 10;
ANALYZE {stage}
