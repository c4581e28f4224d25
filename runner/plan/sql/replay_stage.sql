-- Values come back as they were staged: as the declared types read the JSON that they were kept in.
ALTER TABLE {stage} ADD COLUMN {entry} bigint;
INSERT INTO {stage} ({columns}, {line}, {file}, {entry})
SELECT {values}, q.line, array_position({files}, q.file) - 1, q.id
FROM runner.quarantine q, jsonb_populate_record(NULL::{stage}, {row}) r
WHERE {waiting}
