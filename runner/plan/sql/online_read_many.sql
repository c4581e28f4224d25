-- The newest values of many keys, of several views at once, with the place of each key in the request.
SELECT {columns}
FROM unnest({lists}) WITH ORDINALITY AS q ({names}, {position}){joins}
