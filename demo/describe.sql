SELECT dataset, "column", role, type, domain, count(*) AS parties, bool_and(agrees) AS agree
FROM mpc.describe('offices')
GROUP BY dataset, "column", role, type, domain
ORDER BY role, "column";
