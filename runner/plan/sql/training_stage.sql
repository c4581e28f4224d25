-- The result, to be looked at before it is written. It is kept in its order.
CREATE TEMP TABLE {stage} ON COMMIT DROP AS
SELECT row_number() OVER () AS "#row", q.*
FROM (
{select}
) q
