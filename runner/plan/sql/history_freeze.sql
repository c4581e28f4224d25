-- A row of the newest freeze, or none: its key is unique there.
LEFT JOIN {source} {alias} ON {on}
