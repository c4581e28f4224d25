-- What was known of every rule that a run judged, so that later runs can compare with it and a reader can find its rows again.

ALTER TABLE runner.rule_results
    ADD COLUMN schema_name  text,                          -- null in runs recorded before
    ADD COLUMN rule_id      text    NOT NULL DEFAULT '',   -- TABLE.NAME, or TABLE.HASH of a rule without a name
    ADD COLUMN file         text    NOT NULL DEFAULT '',   -- where the rule is written
    ADD COLUMN line         integer NOT NULL DEFAULT 0,
    ADD COLUMN expression   text    NOT NULL DEFAULT '',
    ADD COLUMN filter       text    NOT NULL DEFAULT '',   -- its where
    ADD COLUMN at_least     text    NOT NULL DEFAULT '',
    ADD COLUMN max_fail     bigint,
    ADD COLUMN owner        text    NOT NULL DEFAULT '',
    ADD COLUMN tags         jsonb   NOT NULL DEFAULT '[]',
    ADD COLUMN looked       bigint  NOT NULL DEFAULT 0,    -- rows that its where selects
    ADD COLUMN value_counts jsonb   NOT NULL DEFAULT '[]', -- the values that fail most often
    ADD COLUMN message      text    NOT NULL DEFAULT '',   -- its own words, when it failed
    ADD COLUMN reason       text    NOT NULL DEFAULT '',   -- why it was skipped, or could not be judged
    ADD COLUMN cost_ms      numeric NOT NULL DEFAULT 0;    -- its share of the scans that it shared, and its own queries
CREATE INDEX rule_results_rule_idx ON runner.rule_results (table_name, rule_id, run_id);
