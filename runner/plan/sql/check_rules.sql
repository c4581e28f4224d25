-- Rules of one table, answered by one scan.
SELECT {measures}
FROM {rows}
