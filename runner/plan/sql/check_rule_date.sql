SELECT ({date})::date::text
