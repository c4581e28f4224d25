-- What was frozen and dropped on purpose (apply --allow-drop) since. Its fingerprints stay, so that one can tell what was once there.

ALTER TABLE runner.freezes
    ADD COLUMN dropped_columns jsonb NOT NULL DEFAULT '{}',      -- frozen columns that are gone: name -> the run that dropped it
    ADD COLUMN dropped_by      bigint REFERENCES runner.runs;    -- the run that dropped the whole table; null while it is there
ALTER TABLE runner.superseded
    ADD COLUMN dropped_by      bigint REFERENCES runner.runs;

-- A snapshot that is declared again under the name of a dropped one begins anew.
ALTER TABLE runner.freezes DROP CONSTRAINT freezes_schema_name_snapshot_as_of_revision_key;
CREATE UNIQUE INDEX freezes_snapshot_idx ON runner.freezes (schema_name, snapshot, as_of, revision) WHERE dropped_by IS NULL;
