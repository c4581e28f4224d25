-- The newest values of one key, of several views at once: the tables are found by their keys, and a view without a row leaves NULL.
SELECT {columns}
FROM (SELECT {values}) q{joins}
