-- One view of a reading.
LEFT JOIN {table} {alias} ON {match}
