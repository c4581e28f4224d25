-- Shown beside a rule that failed, ready to be typed.
SELECT r.* FROM {rows} WHERE {failing}
