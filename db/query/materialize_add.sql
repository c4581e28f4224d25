INSERT INTO runner.materializations (schema_name, view, definition, mode, watermark, upcoming, newest, inserted, updated, unchanged, deleted, older, run_id,
    duration_ms, materialized_at)
VALUES ({schema}, {view}, {definition}, {mode}, {watermark}, {upcoming}, {newest}, {inserted}, {updated}, {unchanged}, {deleted}, {older}, {run},
    {duration}, {at})
