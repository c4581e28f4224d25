-- The dates of a snapshot that are looked at, with the instants that they mean. They are computed once for each date, and not for each row.
JOIN (SELECT as_of, revision, {instant} AS instant, {expires} AS expires FROM (VALUES {freezes}) AS v (as_of, revision) OFFSET 0) f ON f.as_of = {as_of}
