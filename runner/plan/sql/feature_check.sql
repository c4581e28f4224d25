-- The newest rows of a view's source (s) beside those of the online store (l): one row for each key that either has, with how the two stand to
-- each other, when the store's row speaks for, and the values that the source says should be served. Derived features are computed from them.
SELECT {key}, {verdict}, {online}, {values}
FROM (
    SELECT {keys},
           CASE WHEN {offline_missing} AND {pushed} THEN 'pushed'
                WHEN {offline_missing} THEN 'gone'
                WHEN {online_missing} THEN 'missing'
                WHEN {online_rank} > {offline_rank} AND {pushed} THEN 'pushed'
                WHEN {online_rank} > {offline_rank} THEN 'gone'
                WHEN {online_rank} < {offline_rank} AND {online_moment} = {offline_moment} THEN {restated}
                WHEN {online_rank} < {offline_rank} THEN 'older'
                ELSE 'level' END AS {verdict},
           {online_time} AS {online},
           {holds} AS {held}{features}
    FROM ({source}) s
    FULL JOIN {table} l ON {match}
) r{sampled}
