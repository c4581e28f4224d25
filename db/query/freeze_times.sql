-- When each date of the snapshots was first frozen, and when last: a later time is that of a restatement. Dropped ones are left out as in
-- freeze_list.
SELECT snapshot, as_of, min(frozen_at), max(frozen_at)
FROM runner.freezes f
WHERE schema_name = {schema} AND to_jsonb(f) ->> 'dropped_by' IS NULL
GROUP BY snapshot, as_of
