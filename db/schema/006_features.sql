-- What the feature store did: which values were brought online, and which training sets were written.

CREATE TABLE runner.materializations (
    materialization bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    schema_name     text        NOT NULL,       -- of the tables that the view reads
    view            text        NOT NULL,
    definition      text        NOT NULL,       -- a hash of what the values depend on; another one makes the next run a full one
    mode            text        NOT NULL CHECK (mode IN ('incremental', 'full', 'window')),
    watermark       jsonb       NOT NULL,       -- of each source the last freeze (a sequence number) or, of a table, the last run that was seen
    upcoming        timestamptz,                -- of events: the earliest time that was still to come
    newest          timestamptz,                -- the newest event time in the store
    inserted        bigint      NOT NULL,
    updated         bigint      NOT NULL,
    unchanged       bigint      NOT NULL,
    deleted         bigint      NOT NULL,
    older           bigint      NOT NULL,       -- left as they were, because the store held newer values
    run_id          bigint REFERENCES runner.runs, -- null when it was not a step of a run
    duration_ms     bigint      NOT NULL,
    materialized_at timestamptz NOT NULL
);
CREATE INDEX materializations_view_idx ON runner.materializations (schema_name, view, materialization);

CREATE TABLE runner.training_sets (
    build       bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    schema_name text        NOT NULL,
    name        text        NOT NULL,
    params      jsonb       NOT NULL,
    output      text        NOT NULL,
    sha256      text        NOT NULL,           -- of the file
    row_count   bigint      NOT NULL,
    manifest    jsonb       NOT NULL,
    built_at    timestamptz NOT NULL
);
CREATE INDEX training_sets_name_idx ON runner.training_sets (schema_name, name, build);
