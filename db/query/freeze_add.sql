INSERT INTO runner.freezes (schema_name, snapshot, as_of, revision, columns, row_count, fingerprint, algorithm, partial, delta, reason, run_id, frozen_at)
VALUES ({schema}, {snapshot}, {as_of}, {revision}, {columns}, {rows}, {fingerprint}, {algorithm}, {partial}, {delta}, {reason}, {run}, {frozen_at})
