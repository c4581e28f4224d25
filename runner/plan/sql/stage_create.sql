-- The batch of one table, as read, with the place of each row.
DROP TABLE IF EXISTS {stage};
CREATE TEMP TABLE {stage} ({columns}, {line} bigint, {file} smallint)
