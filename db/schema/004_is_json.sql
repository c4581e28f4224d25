-- Whether a text is JSON, for rules: Postgres 15 and older have no test that does not fail. Not PARALLEL SAFE, because a block with an
-- exception cannot run in a parallel worker.
CREATE FUNCTION runner.is_json(value text) RETURNS boolean LANGUAGE plpgsql IMMUTABLE STRICT AS $$
BEGIN
    PERFORM value::json;
    RETURN true;
EXCEPTION WHEN OTHERS THEN
    RETURN false;
END
$$;
