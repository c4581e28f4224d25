-- Columns that are computed from the cells of their row.
UPDATE {stage} AS r SET {set}
