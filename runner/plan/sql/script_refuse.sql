-- Ends a script with a message when the answer of a check says so.
DO {quote} DECLARE "#said" text; BEGIN
SELECT {said} INTO "#said" FROM (
{query}
) AS answer{columns};
IF "#said" <> '' THEN RAISE EXCEPTION USING MESSAGE = "#said"; END IF;
END {quote}
