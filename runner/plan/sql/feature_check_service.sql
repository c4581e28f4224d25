-- What a service derives of the newest rows of its views: one row for each key that any of them has, with the event time of each view's row.
SELECT {key}, {times}, {values}
FROM (
    SELECT {keys}, {moments}{features}
    FROM (
        {asked}
    ) k{joins}
) r{sampled}
