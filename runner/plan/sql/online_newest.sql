-- The newest time that the store holds of a view; NULL when it holds nothing.
SELECT max({time}) FROM {table}
