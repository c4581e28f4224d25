-- change: ~ column hours renamed to n
ALTER TABLE "raw"."use" RENAME COLUMN "hours" TO "n";

-- change: ~ column n smallint -> integer
ALTER TABLE "raw"."use" ALTER COLUMN "n" TYPE integer USING "n"::integer;

-- change: ~ column fee numeric(10,4) -> numeric(10,2)
ALTER TABLE "raw"."use" ALTER COLUMN "fee" TYPE numeric(10,2) USING CASE WHEN ("fee"::numeric = round("fee"::numeric, 2) AND trunc(abs("fee"::numeric)) <= 99999999) THEN "fee"::numeric(10,2) END;

-- lost by it
SELECT count(*) FROM "raw"."use" WHERE NOT ("fee"::numeric = round("fee"::numeric, 2) AND trunc(abs("fee"::numeric)) <= 99999999);

-- lost by it
SELECT to_json(ARRAY[r."id"::text, r."day"::text, r."fee"::text]::text[])
FROM (SELECT "id" AS "id", "day" AS "day", "hours"::integer AS "n", "fee" AS "fee" FROM "raw"."use" WHERE true) r
WHERE NOT (r."fee"::numeric = round(r."fee"::numeric, 2) AND trunc(abs(r."fee"::numeric)) <= 99999999)
ORDER BY (to_json(ARRAY[r."id"::text, r."day"::text, r."fee"::text]::text[]))::text
LIMIT 5;

-- change: + index (fee)
CREATE INDEX ON "raw"."use" ("fee");

-- change: ~ column hours renamed to n
ALTER TABLE "raw"."use_months" RENAME COLUMN "hours" TO "n";

-- we"ird: stage
DROP TABLE IF EXISTS pg_temp."stage_we""ird";
CREATE TEMP TABLE pg_temp."stage_we""ird" ("id" text, "city" text, "notes" json, "#line" bigint, "#file" smallint);

-- we"ird: stage
SET LOCAL default_statistics_target = 10;
ANALYZE pg_temp."stage_we""ird";

-- we"ird: stage
DROP TABLE IF EXISTS pg_temp."stage_we""ird";

-- we"ird: nulls of id
SELECT "#file", "#line", count(*) OVER ()
FROM pg_temp."stage_we""ird" r
WHERE r."id" IS NULL
ORDER BY 1, 2
LIMIT 20;

-- we"ird: keys
SELECT count(*), count(DISTINCT hash_record_extended(ROW(s."id"), 0)) FROM pg_temp."stage_we""ird" s;

-- we"ird: keys
SELECT (SELECT count(*) FROM pg_temp."stage_we""ird" s), (SELECT count(*) FROM (SELECT DISTINCT "id" FROM pg_temp."stage_we""ird" s) d);

-- we"ird: keys
SELECT to_json(ARRAY[r."id"::text]::text[]), count(*), json_agg(json_build_array("#file", "#line") ORDER BY "#file", "#line") FILTER (WHERE "#n" <= 5)
FROM (
    SELECT *, row_number() OVER (PARTITION BY "id" ORDER BY "#file", "#line") AS "#n"
    FROM pg_temp."stage_we""ird" s
) r
GROUP BY "id"
HAVING count(*) > 1
ORDER BY min("#file"), min("#line")
LIMIT 20;

-- we"ird: keys
WITH gone AS (
    DELETE FROM pg_temp."stage_we""ird" d
    USING (
        SELECT r.ctid AS id, row_number() OVER (PARTITION BY r."id", r."city", r."notes"::text ORDER BY "#file", "#line") AS n
        FROM pg_temp."stage_we""ird" r
    ) x
    WHERE d.ctid = x.id AND x.n > 1
    RETURNING 1
)
SELECT count(*) FROM gone;

-- we"ird: compare with live
SELECT count(*) FILTER (WHERE l."id" IS NULL),
       count(*) FILTER (WHERE s."#line" IS NULL),
       count(*) FILTER (WHERE NOT (l."id" IS NULL) AND NOT (s."#line" IS NULL)),
       count(DISTINCT hash_record_extended(ROW(s."id"), 0)) FILTER (WHERE l."id" IS NULL),
       (SELECT count(*) FROM "raw"."we""ird")
FROM pg_temp."stage_we""ird" s
FULL JOIN "raw"."we""ird" l ON l."id" = s."id"
WHERE l."id" IS NULL OR s."#line" IS NULL OR (l."city", l."notes"::text) IS DISTINCT FROM (s."city", s."notes"::text);

-- we"ird: compare with live
SELECT count(*) FILTER (WHERE l."id" IS NULL),
       count(*) FILTER (WHERE s."#line" IS NULL),
       count(*) FILTER (WHERE NOT (l."id" IS NULL) AND NOT (s."#line" IS NULL)),
       count(DISTINCT hash_record_extended(ROW(s."id"), 0)) FILTER (WHERE l."id" IS NULL),
       (SELECT count(*) FROM "raw"."we""ird"),
       count(*) FILTER (WHERE l."id" IS NOT NULL AND s."#line" IS NOT NULL AND l."city" IS DISTINCT FROM s."city"),
       count(*) FILTER (WHERE l."id" IS NOT NULL AND s."#line" IS NOT NULL AND l."notes"::text IS DISTINCT FROM s."notes"::text)
FROM pg_temp."stage_we""ird" s
FULL JOIN "raw"."we""ird" l ON l."id" = s."id"
WHERE l."id" IS NULL OR s."#line" IS NULL OR (l."city", l."notes"::text) IS DISTINCT FROM (s."city", s."notes"::text);

-- we"ird: count what would be published
SELECT count(*) FILTER (WHERE l."id" IS NULL),
       count(*) FILTER (WHERE NOT (l."id" IS NULL) AND NOT (s."#line" IS NULL)),
       count(*) FILTER (WHERE s."#line" IS NULL),
       count(*) FILTER (WHERE NOT (l."id" IS NULL) AND NOT (s."#line" IS NULL) AND l."city" IS DISTINCT FROM s."city"),
       count(*) FILTER (WHERE NOT (l."id" IS NULL) AND NOT (s."#line" IS NULL) AND l."notes"::text IS DISTINCT FROM s."notes"::text)
FROM pg_temp."stage_we""ird" s
FULL JOIN (SELECT "id" AS "id", "city" AS "city", "notes" AS "notes" FROM "raw"."we""ird" WHERE true) l ON l."id" = s."id"
WHERE l."id" IS NULL OR s."#line" IS NULL OR NOT (l."id" IS NULL) AND NOT (s."#line" IS NULL) AND (l."city", l."notes"::text) IS DISTINCT FROM (s."city", s."notes"::text);

-- we"ird: orphans
SELECT count(*), (array_agg(to_json(ARRAY[l."id"::text]::text[])::text))[1:5]
FROM (SELECT "id" AS "id", "day" AS "day", "hours"::integer AS "n", "fee" AS "fee" FROM "raw"."use" WHERE true) c
JOIN (SELECT "id" AS "id", "city" AS "city", "notes" AS "notes" FROM "raw"."we""ird" WHERE true) l ON l."id" = c."id"
LEFT JOIN pg_temp."stage_we""ird" p ON p."id" = c."id"
LEFT JOIN pg_temp."stage_use" s ON s."id" = c."id" AND s."day" = c."day"
WHERE p."id" IS NULL AND s."id" IS NULL;

-- we"ird: orphans
SELECT count(*), (array_agg(to_json(ARRAY[l."id"::text]::text[])::text))[1:5]
FROM (SELECT "id" AS "id", "day" AS "day", "n" AS "n", "fee" AS "fee" FROM "raw"."use" WHERE true) c
JOIN (SELECT "id" AS "id", "city" AS "city", "notes" AS "notes" FROM "raw"."we""ird" WHERE true) l ON l."id" = c."id"
LEFT JOIN pg_temp."stage_we""ird" p ON p."id" = c."id"
LEFT JOIN pg_temp."stage_use" s ON s."id" = c."id" AND s."day" = c."day"
WHERE p."id" IS NULL AND s."id" IS NULL;

-- we"ird: live
LOCK TABLE "raw"."we""ird" IN SHARE ROW EXCLUSIVE MODE;

-- we"ird: live
WITH written AS (
    INSERT INTO "raw"."we""ird" AS t ("id", "city", "notes")
    SELECT s."id", s."city", s."notes"
    FROM pg_temp."stage_we""ird" s
    LEFT JOIN "raw"."we""ird" l ON l."id" = s."id"
    WHERE l."id" IS NULL OR (l."city", l."notes"::text) IS DISTINCT FROM (s."city", s."notes"::text)
    ON CONFLICT ("id") DO UPDATE SET "city" = excluded."city", "notes" = excluded."notes"
    RETURNING (xmax = 0) AS inserted
)
SELECT count(*) FILTER (WHERE inserted), count(*) FILTER (WHERE NOT inserted) FROM written;

-- we"ird: live
SELECT count(*) FROM "raw"."we""ird";

-- we"ird: live
SELECT count(l."id") FROM (SELECT "id" AS "id", "city" AS "city", "notes" AS "notes" FROM "raw"."we""ird" WHERE true) l;

-- we"ird: live
ANALYZE "raw"."we""ird";

-- we"ird: delete
WITH k AS MATERIALIZED (
    SELECT "id" FROM pg_temp."stage_we""ird" s
), gone AS (
    DELETE FROM "raw"."we""ird" t
    WHERE NOT EXISTS (SELECT FROM k WHERE k."id" = t."id")
    RETURNING 1
)
SELECT count(*) FROM gone;

-- events: stage
DROP TABLE IF EXISTS pg_temp."stage_events";
CREATE TEMP TABLE pg_temp."stage_events" ("e" text, "_partition" text, "#line" bigint, "#file" smallint);

-- events: stage
SET LOCAL default_statistics_target = 10;
ANALYZE pg_temp."stage_events";

-- events: stage
DROP TABLE IF EXISTS pg_temp."stage_events";

-- events: live
LOCK TABLE "raw"."events" IN SHARE ROW EXCLUSIVE MODE;

-- events: live
WITH added AS (
    INSERT INTO "raw"."events" ("e", "_partition")
    SELECT s."e", s."_partition"
    FROM pg_temp."stage_events" s
    RETURNING 1
)
SELECT count(*), 0 FROM added;

-- events: live
SELECT count(*) FROM "raw"."events";

-- events: live
SELECT count(l."e") FROM (SELECT "e" AS "e", "_partition" AS "_partition" FROM "raw"."events" WHERE true) l;

-- events: live
ANALYZE "raw"."events";

-- events: partition
SELECT count(*) FROM "raw"."events" t WHERE t."_partition" = '2024-02-29';

-- events: partition
SELECT (SELECT count(*) FROM (SELECT s."e", s."_partition" FROM pg_temp."stage_events" s EXCEPT ALL SELECT t."e", t."_partition" FROM (SELECT "e" AS "e", "_partition" AS "_partition" FROM "raw"."events" WHERE "_partition" = '2024-02-29') t) a),
       (SELECT count(*) FROM (SELECT t."e", t."_partition" FROM (SELECT "e" AS "e", "_partition" AS "_partition" FROM "raw"."events" WHERE "_partition" = '2024-02-29') t EXCEPT ALL SELECT s."e", s."_partition" FROM pg_temp."stage_events" s) b);

-- events: partition
WITH gone AS (DELETE FROM "raw"."events" t WHERE t."_partition" = '2024-02-29' RETURNING 1) SELECT count(*) FROM gone;

-- use: stage
DROP TABLE IF EXISTS pg_temp."stage_use";
CREATE TEMP TABLE pg_temp."stage_use" ("id" text, "day" date, "n" integer, "fee" numeric(10,2), "#line" bigint, "#file" smallint);

-- use: stage
UPDATE pg_temp."stage_use" AS r SET "fee" = r."n" * 2 + length((ARRAY['it''s.csv']::text[])[r."#file" + 1]);

-- use: stage
SET LOCAL default_statistics_target = 10;
ANALYZE pg_temp."stage_use";

-- use: stage
DROP TABLE IF EXISTS pg_temp."stage_use";

-- use: nulls of id
SELECT "#file", "#line", count(*) OVER ()
FROM pg_temp."stage_use" r
WHERE r."id" IS NULL
ORDER BY 1, 2
LIMIT 20;

-- use: nulls of day
SELECT "#file", "#line", count(*) OVER ()
FROM pg_temp."stage_use" r
WHERE r."day" IS NULL
ORDER BY 1, 2
LIMIT 20;

-- use: keys
SELECT count(*), count(DISTINCT hash_record_extended(ROW(s."id", s."day"), 0)) FROM pg_temp."stage_use" s;

-- use: keys
SELECT (SELECT count(*) FROM pg_temp."stage_use" s), (SELECT count(*) FROM (SELECT DISTINCT "id", "day" FROM pg_temp."stage_use" s) d);

-- use: keys
SELECT to_json(ARRAY[r."id"::text, r."day"::text]::text[]), count(*), json_agg(json_build_array("#file", "#line") ORDER BY "#file", "#line") FILTER (WHERE "#n" <= 5)
FROM (
    SELECT *, row_number() OVER (PARTITION BY "id", "day" ORDER BY "#file", "#line") AS "#n"
    FROM pg_temp."stage_use" s
) r
GROUP BY "id", "day"
HAVING count(*) > 1
ORDER BY min("#file"), min("#line")
LIMIT 20;

-- use: keys
WITH gone AS (
    DELETE FROM pg_temp."stage_use" d
    USING (
        SELECT r.ctid AS id, row_number() OVER (PARTITION BY r."id", r."day", r."n", r."fee" ORDER BY "#file", "#line") AS n
        FROM pg_temp."stage_use" r
    ) x
    WHERE d.ctid = x.id AND x.n > 1
    RETURNING 1
)
SELECT count(*) FROM gone;

-- use: count what would be published
SELECT count(*) FILTER (WHERE l."id" IS NULL),
       count(*) FILTER (WHERE NOT (l."id" IS NULL) AND NOT (s."#line" IS NULL)),
       count(*) FILTER (WHERE s."#line" IS NULL),
       count(*) FILTER (WHERE NOT (l."id" IS NULL) AND NOT (s."#line" IS NULL) AND l."n" IS DISTINCT FROM s."n")
FROM pg_temp."stage_use" s
LEFT JOIN (SELECT "id" AS "id", "day" AS "day", "hours"::integer AS "n", CASE WHEN ("fee"::numeric = round("fee"::numeric, 2) AND trunc(abs("fee"::numeric)) <= 99999999) THEN "fee"::numeric(10,2) END AS "fee" FROM "raw"."use" WHERE true) l ON l."id" = s."id" AND l."day" = s."day"
WHERE l."id" IS NULL OR s."#line" IS NULL OR NOT (l."id" IS NULL) AND NOT (s."#line" IS NULL) AND (l."n") IS DISTINCT FROM (s."n");

-- earlier row_count()
SELECT (count(*))::text, count(*) FROM (SELECT "id" AS "id", "day" AS "day", "as_of" AS "as_of", "hours" AS "n", "fee" AS "fee" FROM "raw"."use_months" WHERE "as_of" = ('2024-01-31')::date) r;

-- use: rules
SELECT count(*),
       count(*) FILTER (WHERE r."fee" IS NOT NULL),
       count(*) FILTER (WHERE (r."fee" IS NOT NULL) AND NOT (r."n" > 0)),
       count(*) FILTER (WHERE (r."fee" IS NOT NULL) AND (r."n" > 0) IS NULL),
       (count(*) > ('7')::bigint),
       (count(*))::text,
       count(*),
       (count(r."fee") = count(DISTINCT r."fee")),
       count(*) FILTER (WHERE num_nulls(r."fee") > 0),
       count(*),
       0,
       0
FROM pg_temp."stage_use" r;

-- use: rules
SELECT count(*),
       count(*),
       count(*) FILTER (WHERE NOT ("p"."#found" IS NOT NULL AND r."n" >= "e"."n")),
       count(*) FILTER (WHERE ("p"."#found" IS NOT NULL AND r."n" >= "e"."n") IS NULL)
FROM pg_temp."stage_use" r
LEFT JOIN (SELECT j."id", j."city", true AS "#found" FROM (SELECT s."id", s."city", s."notes" FROM pg_temp."stage_we""ird" s) j) "p" ON "p"."id" = r."id"
LEFT JOIN (SELECT j."id", j."day", j."n", true AS "#found" FROM (SELECT "id" AS "id", "day" AS "day", "as_of" AS "as_of", "hours" AS "n", "fee" AS "fee" FROM "raw"."use_months" WHERE "as_of" = ('2024-01-31')::date) j) "e" ON "e"."id" = r."id" AND "e"."day" = r."day";

-- use: rules
SELECT count(*),
       count(*),
       count(*) FILTER (WHERE NOT (r."#w" = 1)),
       count(*) FILTER (WHERE (r."#w" = 1) IS NULL)
FROM (SELECT r.*, count(*) OVER (PARTITION BY r."fee") AS "#w" FROM pg_temp."stage_use" r) r;

-- use: rows that fail positive
SELECT r."#file", r."#line", to_json(ARRAY[r."id"::text, r."day"::text]::text[]), to_json(ARRAY[r."n"::text, r."fee"::text]::text[])
FROM pg_temp."stage_use" r
WHERE (r."fee" IS NOT NULL) AND (r."n" > 0) IS FALSE
ORDER BY 1, 2
LIMIT 10;

-- use: rows that fail positive
SELECT to_json(ARRAY[r."n"::text, r."fee"::text]::text[])::text, count(*)
FROM pg_temp."stage_use" r
WHERE (r."fee" IS NOT NULL) AND (r."n" > 0) IS FALSE
GROUP BY 1
ORDER BY 2 DESC, 1
LIMIT 5;

-- use: rows that fail known
SELECT r."#file", r."#line", to_json(ARRAY[r."id"::text, r."day"::text]::text[]), to_json(ARRAY[r."id"::text, r."n"::text, "p"."city"::text, "e"."n"::text]::text[])
FROM pg_temp."stage_use" r
LEFT JOIN (SELECT j."id", j."city", true AS "#found" FROM (SELECT s."id", s."city", s."notes" FROM pg_temp."stage_we""ird" s) j) "p" ON "p"."id" = r."id"
LEFT JOIN (SELECT j."id", j."day", j."n", true AS "#found" FROM (SELECT "id" AS "id", "day" AS "day", "as_of" AS "as_of", "hours" AS "n", "fee" AS "fee" FROM "raw"."use_months" WHERE "as_of" = ('2024-01-31')::date) j) "e" ON "e"."id" = r."id" AND "e"."day" = r."day"
WHERE ("p"."#found" IS NOT NULL AND r."n" >= "e"."n") IS FALSE
ORDER BY 1, 2
LIMIT 10;

-- use: rows that fail known
SELECT to_json(ARRAY[r."id"::text, r."n"::text, "p"."city"::text, "e"."n"::text]::text[])::text, count(*)
FROM pg_temp."stage_use" r
LEFT JOIN (SELECT j."id", j."city", true AS "#found" FROM (SELECT s."id", s."city", s."notes" FROM pg_temp."stage_we""ird" s) j) "p" ON "p"."id" = r."id"
LEFT JOIN (SELECT j."id", j."day", j."n", true AS "#found" FROM (SELECT "id" AS "id", "day" AS "day", "as_of" AS "as_of", "hours" AS "n", "fee" AS "fee" FROM "raw"."use_months" WHERE "as_of" = ('2024-01-31')::date) j) "e" ON "e"."id" = r."id" AND "e"."day" = r."day"
WHERE ("p"."#found" IS NOT NULL AND r."n" >= "e"."n") IS FALSE
GROUP BY 1
ORDER BY 2 DESC, 1
LIMIT 5;

-- use: rows that fail unique
SELECT r."#file", r."#line", to_json(ARRAY[r."id"::text, r."day"::text]::text[]), to_json(ARRAY[r."fee"::text]::text[])
FROM (SELECT r.*, count(*) OVER (PARTITION BY r."fee") AS "#w" FROM pg_temp."stage_use" r) r
WHERE (r."#w" = 1) IS FALSE
ORDER BY 1, 2
LIMIT 10;

-- use: rows that fail unique
SELECT to_json(ARRAY[r."fee"::text]::text[])::text, count(*)
FROM (SELECT r.*, count(*) OVER (PARTITION BY r."fee") AS "#w" FROM pg_temp."stage_use" r) r
WHERE (r."#w" = 1) IS FALSE
GROUP BY 1
ORDER BY 2 DESC, 1
LIMIT 5;

-- use: references
SELECT count(*) FILTER (WHERE true AND p."id" IS NULL), count(*) FILTER (WHERE NOT (true AND p."id" IS NULL) AND NOT (p."id" IS NOT NULL))
FROM pg_temp."stage_use" r
LEFT JOIN pg_temp."stage_we""ird" p ON p."id" = r."id"
WHERE r."id" IS NOT NULL;

-- use: references
SELECT count(*) FILTER (WHERE true AND p."id" IS NULL), count(*) FILTER (WHERE NOT (true AND p."id" IS NULL) AND NOT (p."id" IS NOT NULL))
FROM pg_temp."stage_use" r
LEFT JOIN pg_temp."stage_we""ird" p ON p."id" = r."id"
WHERE r."id" IS NOT NULL;

-- use: references
SELECT r."#file", r."#line", to_json(ARRAY[r."id"::text]::text[])
FROM pg_temp."stage_use" r
LEFT JOIN pg_temp."stage_we""ird" p ON p."id" = r."id"
WHERE r."id" IS NOT NULL AND true AND p."id" IS NULL
ORDER BY 1, 2
LIMIT 20;

-- use: live
LOCK TABLE "raw"."use" IN SHARE ROW EXCLUSIVE MODE;

-- use: live
WITH written AS (
    INSERT INTO "raw"."use" AS t ("id", "day", "n")
    SELECT s."id", s."day", s."n"
    FROM pg_temp."stage_use" s
    LEFT JOIN "raw"."use" l ON l."id" = s."id" AND l."day" = s."day"
    WHERE l."id" IS NULL OR (l."n") IS DISTINCT FROM (s."n")
    ON CONFLICT ("id", "day") DO UPDATE SET "n" = excluded."n"
    RETURNING (xmax = 0) AS inserted
)
SELECT count(*) FILTER (WHERE inserted), count(*) FILTER (WHERE NOT inserted) FROM written;

-- use: live
SELECT count(*) FROM "raw"."use";

-- use: live
SELECT count(l."id") FROM (SELECT "id" AS "id", "day" AS "day", "hours"::integer AS "n", "fee" AS "fee" FROM "raw"."use" WHERE true) l;

-- use: live
ANALYZE "raw"."use";

-- use_months: freeze
LOCK TABLE "raw"."use_months" IN SHARE ROW EXCLUSIVE MODE;

-- use_months: freeze
WITH frozen AS (
    INSERT INTO "raw"."use_months" ("as_of", "id", "day", "n", "fee")
    SELECT ('2024-02-29')::date, "id", "day", "n", "fee"
    FROM (SELECT s."id", s."day", s."n", e."fee" AS "fee"
FROM pg_temp."stage_use" s
LEFT JOIN (SELECT "id" AS "id", "day" AS "day", "as_of" AS "as_of", "n" AS "n", "fee" AS "fee" FROM "raw"."use_months" WHERE "as_of" = ('2024-01-31')::date) e ON e."id" = s."id" AND e."day" = s."day"
UNION ALL
SELECT e."id", e."day", e."n", e."fee"
FROM (SELECT "id" AS "id", "day" AS "day", "as_of" AS "as_of", "n" AS "n", "fee" AS "fee" FROM "raw"."use_months" WHERE "as_of" = ('2024-01-31')::date) e
LEFT JOIN pg_temp."stage_use" s ON e."id" = s."id" AND e."day" = s."day"
WHERE s."id" IS NULL) b
    ORDER BY "id", "day"
    RETURNING ('x' || md5(ROW("id", "day", "n", "fee")::text))::bit(128) AS h
)
SELECT count(*), coalesce(sum(h::bit(64)::bigint), 0)::text || ':' || coalesce(sum((h << 64)::bit(64)::bigint), 0)::text
FROM frozen;

-- use_months: freeze
ANALYZE "raw"."use_months";

-- use_months: count what would be frozen
SELECT count(*) FROM (SELECT s."id", s."day", s."n", e."fee" AS "fee"
FROM pg_temp."stage_use" s
LEFT JOIN (SELECT "id" AS "id", "day" AS "day", "as_of" AS "as_of", "hours" AS "n", "fee" AS "fee" FROM "raw"."use_months" WHERE "as_of" = ('2024-01-31')::date) e ON e."id" = s."id" AND e."day" = s."day"
UNION ALL
SELECT e."id", e."day", e."n", e."fee"
FROM (SELECT "id" AS "id", "day" AS "day", "as_of" AS "as_of", "hours" AS "n", "fee" AS "fee" FROM "raw"."use_months" WHERE "as_of" = ('2024-01-31')::date) e
LEFT JOIN pg_temp."stage_use" s ON e."id" = s."id" AND e."day" = s."day"
WHERE s."id" IS NULL) r;

-- use_months: verify
SELECT count(*), coalesce(sum(h::bit(64)::bigint), 0)::text || ':' || coalesce(sum((h << 64)::bit(64)::bigint), 0)::text
FROM (SELECT ('x' || md5(ROW(f."id", f."day", f."n", f."fee")::text))::bit(128) AS h FROM "raw"."use_months" f WHERE f."as_of" = ('2024-02-29')::date OFFSET 0) x;

-- use_months: compare with what is frozen
SELECT count(*) FILTER (WHERE f."id" IS NULL),
       count(*) FILTER (WHERE b."id" IS NULL),
       count(*) FILTER (WHERE NOT (f."id" IS NULL) AND NOT (b."id" IS NULL)),
       count(*) FILTER (WHERE NOT (f."id" IS NULL) AND NOT (b."id" IS NULL) AND b."n" IS DISTINCT FROM f."n"),
       count(*) FILTER (WHERE NOT (f."id" IS NULL) AND NOT (b."id" IS NULL) AND b."fee" IS DISTINCT FROM f."fee")
FROM (SELECT s."id", s."day", s."n", e."fee" AS "fee"
FROM pg_temp."stage_use" s
LEFT JOIN (SELECT "id" AS "id", "day" AS "day", "as_of" AS "as_of", "hours" AS "n", "fee" AS "fee" FROM "raw"."use_months" WHERE "as_of" = ('2024-01-31')::date) e ON e."id" = s."id" AND e."day" = s."day"
UNION ALL
SELECT e."id", e."day", e."n", e."fee"
FROM (SELECT "id" AS "id", "day" AS "day", "as_of" AS "as_of", "hours" AS "n", "fee" AS "fee" FROM "raw"."use_months" WHERE "as_of" = ('2024-01-31')::date) e
LEFT JOIN pg_temp."stage_use" s ON e."id" = s."id" AND e."day" = s."day"
WHERE s."id" IS NULL) b
FULL JOIN (SELECT "id" AS "id", "day" AS "day", "as_of" AS "as_of", "hours" AS "n", "fee" AS "fee" FROM "raw"."use_months" WHERE "as_of" = ('2024-02-29')::date) f ON b."id" = f."id" AND b."day" = f."day"
WHERE f."id" IS NULL OR b."id" IS NULL OR (b."n", b."fee") IS DISTINCT FROM (f."n", f."fee");

-- use_months: compare with what is frozen
SELECT to_json(ARRAY[coalesce(b."id", f."id")::text, coalesce(b."day", f."day")::text]::text[]),
       CASE WHEN f."id" IS NULL THEN 'added' WHEN b."id" IS NULL THEN 'removed' ELSE 'changed' END,
       to_json(ARRAY[f."n"::text, f."fee"::text]::text[]),
       to_json(ARRAY[b."n"::text, b."fee"::text]::text[])
FROM (SELECT s."id", s."day", s."n", e."fee" AS "fee"
FROM pg_temp."stage_use" s
LEFT JOIN (SELECT "id" AS "id", "day" AS "day", "as_of" AS "as_of", "hours" AS "n", "fee" AS "fee" FROM "raw"."use_months" WHERE "as_of" = ('2024-01-31')::date) e ON e."id" = s."id" AND e."day" = s."day"
UNION ALL
SELECT e."id", e."day", e."n", e."fee"
FROM (SELECT "id" AS "id", "day" AS "day", "as_of" AS "as_of", "hours" AS "n", "fee" AS "fee" FROM "raw"."use_months" WHERE "as_of" = ('2024-01-31')::date) e
LEFT JOIN pg_temp."stage_use" s ON e."id" = s."id" AND e."day" = s."day"
WHERE s."id" IS NULL) b
FULL JOIN (SELECT "id" AS "id", "day" AS "day", "as_of" AS "as_of", "hours" AS "n", "fee" AS "fee" FROM "raw"."use_months" WHERE "as_of" = ('2024-02-29')::date) f ON b."id" = f."id" AND b."day" = f."day"
WHERE f."id" IS NULL OR b."id" IS NULL OR (b."n", b."fee") IS DISTINCT FROM (f."n", f."fee")
ORDER BY (to_json(ARRAY[coalesce(b."id", f."id")::text, coalesce(b."day", f."day")::text]::text[]))::text
LIMIT 10;

-- use_months: restate
INSERT INTO runner.superseded (schema_name, snapshot, as_of, revision, key, row)
SELECT 'raw', 'use_months', ('2024-02-29')::date, 2, CASE WHEN f."id" IS NULL THEN jsonb_build_object('id', b."id", 'day', b."day") ELSE jsonb_build_object('id', f."id", 'day', f."day") END, CASE WHEN f."id" IS NULL THEN NULL ELSE to_jsonb(f) - 'as_of' END
FROM (SELECT s."id", s."day", s."n", e."fee" AS "fee"
FROM pg_temp."stage_use" s
LEFT JOIN (SELECT "id" AS "id", "day" AS "day", "as_of" AS "as_of", "n" AS "n", "fee" AS "fee" FROM "raw"."use_months" WHERE "as_of" = ('2024-01-31')::date) e ON e."id" = s."id" AND e."day" = s."day"
UNION ALL
SELECT e."id", e."day", e."n", e."fee"
FROM (SELECT "id" AS "id", "day" AS "day", "as_of" AS "as_of", "n" AS "n", "fee" AS "fee" FROM "raw"."use_months" WHERE "as_of" = ('2024-01-31')::date) e
LEFT JOIN pg_temp."stage_use" s ON e."id" = s."id" AND e."day" = s."day"
WHERE s."id" IS NULL) b
FULL JOIN (SELECT "id" AS "id", "day" AS "day", "as_of" AS "as_of", "n" AS "n", "fee" AS "fee", "gone" AS "gone" FROM "raw"."use_months" WHERE "as_of" = ('2024-02-29')::date) f ON b."id" = f."id" AND b."day" = f."day"
WHERE f."id" IS NULL OR b."id" IS NULL OR (b."n", b."fee") IS DISTINCT FROM (f."n", f."fee");

-- use_months: restate
WITH k AS MATERIALIZED (
    SELECT "id", "day" FROM (SELECT s."id", s."day", s."n", e."fee" AS "fee"
FROM pg_temp."stage_use" s
LEFT JOIN (SELECT "id" AS "id", "day" AS "day", "as_of" AS "as_of", "n" AS "n", "fee" AS "fee" FROM "raw"."use_months" WHERE "as_of" = ('2024-01-31')::date) e ON e."id" = s."id" AND e."day" = s."day"
UNION ALL
SELECT e."id", e."day", e."n", e."fee"
FROM (SELECT "id" AS "id", "day" AS "day", "as_of" AS "as_of", "n" AS "n", "fee" AS "fee" FROM "raw"."use_months" WHERE "as_of" = ('2024-01-31')::date) e
LEFT JOIN pg_temp."stage_use" s ON e."id" = s."id" AND e."day" = s."day"
WHERE s."id" IS NULL) b
)
DELETE FROM "raw"."use_months" f
WHERE f."as_of" = ('2024-02-29')::date
  AND NOT EXISTS (SELECT FROM k WHERE k."id" = f."id" AND k."day" = f."day");

-- use_months: restate
INSERT INTO "raw"."use_months" ("as_of", "id", "day", "n", "fee")
SELECT ('2024-02-29')::date, b."id", b."day", b."n", b."fee"
FROM (SELECT s."id", s."day", s."n", e."fee" AS "fee"
FROM pg_temp."stage_use" s
LEFT JOIN (SELECT "id" AS "id", "day" AS "day", "as_of" AS "as_of", "n" AS "n", "fee" AS "fee" FROM "raw"."use_months" WHERE "as_of" = ('2024-01-31')::date) e ON e."id" = s."id" AND e."day" = s."day"
UNION ALL
SELECT e."id", e."day", e."n", e."fee"
FROM (SELECT "id" AS "id", "day" AS "day", "as_of" AS "as_of", "n" AS "n", "fee" AS "fee" FROM "raw"."use_months" WHERE "as_of" = ('2024-01-31')::date) e
LEFT JOIN pg_temp."stage_use" s ON e."id" = s."id" AND e."day" = s."day"
WHERE s."id" IS NULL) b
LEFT JOIN (SELECT "id" AS "id", "day" AS "day", "as_of" AS "as_of", "n" AS "n", "fee" AS "fee" FROM "raw"."use_months" WHERE "as_of" = ('2024-02-29')::date) f ON b."id" = f."id" AND b."day" = f."day"
WHERE f."id" IS NULL OR (b."n", b."fee") IS DISTINCT FROM (f."n", f."fee")
ON CONFLICT ("id", "day", "as_of") DO UPDATE SET "n" = excluded."n", "fee" = excluded."fee";

