-- Rows that a rule with on_fail: quarantine kept out of what a run published, as they were staged: replay needs their plain values.
CREATE TABLE runner.quarantine (
    id          bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    run_id      bigint NOT NULL REFERENCES runner.runs,
    schema_name text   NOT NULL,
    table_name  text   NOT NULL,
    pipeline    text   NOT NULL,
    as_of       date,
    partition   text   NOT NULL,
    rules       text[] NOT NULL,            -- names of all the rules that the row failed
    file        text   NOT NULL,
    line        bigint NOT NULL,
    key         jsonb  NOT NULL,            -- {} for a table without a key
    row         jsonb  NOT NULL,            -- columns that the file did not have are not in it
    -- waiting: neither published nor frozen. refused: the whole run was. resolved: a later run brought its key. repeated: a later run
    -- set it aside again. gone: a later batch of the partition has it no more. replayed: judged again, and published.
    state       text   NOT NULL CHECK (state IN ('waiting', 'refused', 'resolved', 'repeated', 'gone', 'replayed')),
    closed_by   bigint REFERENCES runner.runs, -- the run that ended the wait
    message     text                        -- why the last replay left it
);
CREATE INDEX quarantine_run_idx ON runner.quarantine (run_id);
CREATE INDEX quarantine_waiting_idx ON runner.quarantine (schema_name, table_name, partition) WHERE state = 'waiting';
