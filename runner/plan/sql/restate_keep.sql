-- The replaced rows go to the ledger under their revision; a null row marks a key that the next revision brings.
INSERT INTO runner.superseded (schema_name, snapshot, as_of, revision, key, row)
SELECT {schema}, {name}, {as_of}, {revision}, {key_object}, CASE WHEN {added} THEN NULL ELSE {row_object} END
FROM ({source}) b
FULL JOIN {frozen} f ON {match}
WHERE {added} OR {removed} OR {differs}
