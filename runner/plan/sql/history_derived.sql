-- Features computed from others. The inner select reads no table and costs nothing: it gives them the names that the expression uses.
CROSS JOIN LATERAL (SELECT {computed} FROM (SELECT {from}) r) {alias}
