-- Of a view of which only the newest freeze counts: a row of a key that the store lacks is new when it is newer than that freeze, whose rows all
-- have its time; otherwise the freeze says that the key is gone.
CASE WHEN {time} <= (SELECT {frozen} FROM {table} o WHERE NOT {pushed} LIMIT 1) THEN 4 ELSE 1 END
