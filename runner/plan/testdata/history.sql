WITH "#asked" AS (
    SELECT r."id", r."gone", r."offer", r."day", ((CASE WHEN extract(day FROM r."day" + 1) = 1 THEN ((r."day" + 1) + interval '-1 months')::date - 1 ELSE (r."day" + interval '-1 months')::date END + 1)::timestamp AT TIME ZONE 'Europe/Paris') AS "#at"
    FROM "shop"."answers" r
    OFFSET 0
), "#dated" AS (
    SELECT q.*, (ARRAY[('2024-01-31')::date, ('2024-02-29')::date])[width_bucket(q."#at", (SELECT ARRAY[((('2024-02-03')::date + 1)::timestamp AT TIME ZONE 'Europe/Paris'), ((('2024-03-03')::date + 1)::timestamp AT TIME ZONE 'Europe/Paris')]))] AS "#f1"
    FROM "#asked" q
    OFFSET 0
), "#numbered_v2" AS (
    SELECT "id", "gone", "offer", "day", "#at", "#f1", "#n2"
    FROM (
        SELECT m.*, count(*) FILTER (WHERE m."#is_source") OVER (PARTITION BY m."#k1" ORDER BY m."#at" NULLS FIRST, m."#is_source" DESC ROWS UNBOUNDED PRECEDING) AS "#n2"
        FROM (
            SELECT "id", "gone", "offer", "day", "#at", "#f1", q."id" AS "#k1", false AS "#is_source"
            FROM "#dated" q
            UNION ALL
            SELECT NULL, NULL, NULL, NULL, (o."at" AT TIME ZONE 'Europe/Paris'), NULL, o."client", true
            FROM "shop"."orders" o
            WHERE o."at" IS NOT NULL
        ) m
    ) n
    WHERE NOT n."#is_source"
), "#sorted" AS (
    SELECT q.*
    FROM "#numbered_v2" q
    ORDER BY q."id"::text COLLATE "C", q."day", q."gone", q."offer", q."offer"::text COLLATE "C"
)
SELECT s."id",
       s."day" AS "event_timestamp",
       s."gone",
       s."offer",
       v1."hours",
       v1_1."twice",
       CASE WHEN s."#at" <= ((CASE WHEN extract(day FROM v1."as_of" + 1) = 1 THEN ((v1."as_of" + 1) + interval '1 months')::date - 1 ELSE (v1."as_of" + interval '1 months')::date END + 1)::timestamp AT TIME ZONE 'Europe/Paris') THEN v1."plan" END AS "plan",
       v2."amount",
       d."share"
FROM "#sorted" s
LEFT JOIN LATERAL (
    SELECT o."as_of", o."hours", o."plan"
    FROM "shop"."usage_months" o
    WHERE o."id" = s."id" AND o."as_of" <= s."#f1" AND o."as_of" IN (('2024-01-31')::date, ('2024-02-29')::date)
    ORDER BY o."as_of" DESC
    LIMIT 1
) v1 ON true
LEFT JOIN (
    SELECT o."at", o."amount", o."client", row_number() OVER (PARTITION BY o."client" ORDER BY (o."at" AT TIME ZONE 'Europe/Paris'), o."written" NULLS FIRST, o."amount" NULLS FIRST) AS "#number"
    FROM "shop"."orders" o
    WHERE o."at" IS NOT NULL
) v2 ON v2."client" = s."id" AND v2."#number" = s."#n2"
CROSS JOIN LATERAL (SELECT CASE WHEN v1."as_of" IS NOT NULL THEN r."hours" * 2 END AS "twice" FROM (SELECT v1."hours") r) v1_1
CROSS JOIN LATERAL (SELECT r."offer" / r."amount" AS "share" FROM (SELECT v2."amount", s."offer") r) d
ORDER BY s."id"::text COLLATE "C", s."day", s."gone", s."offer", s."offer"::text COLLATE "C";

WITH "#asked" AS (
    SELECT r."id", r."gone", r."offer", r."day", ((CASE WHEN extract(day FROM r."day" + 1) = 1 THEN ((r."day" + 1) + interval '-1 months')::date - 1 ELSE (r."day" + interval '-1 months')::date END + 1)::timestamp AT TIME ZONE 'Europe/Paris') AS "#at"
    FROM "shop"."answers" r
    OFFSET 0
), "#dated" AS (
    SELECT q.*, (ARRAY[('2024-01-31')::date, ('2024-02-29')::date])[width_bucket(q."#at", (SELECT ARRAY[((('2024-02-03')::date + 1)::timestamp AT TIME ZONE 'Europe/Paris'), ((('2024-03-03')::date + 1)::timestamp AT TIME ZONE 'Europe/Paris')]))] AS "#f1"
    FROM "#asked" q
    OFFSET 0
)
SELECT s."id",
       s."day" AS "event_timestamp",
       s."gone",
       s."offer",
       v1."hours",
       v1_1."twice",
       CASE WHEN s."#at" <= ((CASE WHEN extract(day FROM v1."as_of" + 1) = 1 THEN ((v1."as_of" + 1) + interval '1 months')::date - 1 ELSE (v1."as_of" + interval '1 months')::date END + 1)::timestamp AT TIME ZONE 'Europe/Paris') THEN v1."plan" END AS "plan",
       v2."amount",
       d."share"
FROM "#dated" s
LEFT JOIN (
    SELECT o."as_of", o."hours", o."plan", o."id", o."as_of" AS "#from", lead(o."as_of") OVER (PARTITION BY o."id" ORDER BY o."as_of") AS "#until"
    FROM "shop"."usage_months" o
    WHERE o."as_of" IN (('2024-01-31')::date, ('2024-02-29')::date)
) v1 ON v1."id" = s."id" AND s."#f1" >= v1."#from" AND (v1."#until" IS NULL OR s."#f1" < v1."#until")
LEFT JOIN (
    SELECT o."at", o."amount", o."client", (o."at" AT TIME ZONE 'Europe/Paris') AS "#from", lead((o."at" AT TIME ZONE 'Europe/Paris')) OVER (PARTITION BY o."client" ORDER BY (o."at" AT TIME ZONE 'Europe/Paris'), o."written" NULLS FIRST, o."amount" NULLS FIRST) AS "#until"
    FROM "shop"."orders" o
    WHERE o."at" IS NOT NULL
) v2 ON v2."client" = s."id" AND s."#at" >= v2."#from" AND (v2."#until" IS NULL OR s."#at" < v2."#until")
CROSS JOIN LATERAL (SELECT CASE WHEN v1."as_of" IS NOT NULL THEN r."hours" * 2 END AS "twice" FROM (SELECT v1."hours") r) v1_1
CROSS JOIN LATERAL (SELECT r."offer" / r."amount" AS "share" FROM (SELECT v2."amount", s."offer") r) d
ORDER BY s."id"::text COLLATE "C", s."day", s."gone", s."offer", s."offer"::text COLLATE "C";

