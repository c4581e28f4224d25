-- Rows that were pushed hold as long as the view says now.
UPDATE {table} AS l
SET {column} = {expires}
WHERE {pushed} AND {held} IS DISTINCT FROM {expires}
