SELECT count(*)
FROM {aside} a
JOIN {table} l ON {match}
