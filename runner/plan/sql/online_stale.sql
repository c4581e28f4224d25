-- The source rows of keys whose online row comes from a revision that is no longer what is frozen.
EXISTS (SELECT FROM {table} l WHERE {match} AND {stale})
