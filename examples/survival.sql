-- Does 6-MP keep leukemia away longer than a placebo? Three hospitals, 42 children, and no hospital shows its own.
-- Needs examples/survival.setup.sql at each of them, and the joint table joint.remission.

-- The log-rank test (published: 9 relapses where 19.25 were expected, 21 where 10.75; chi-square 16.79, p = 4e-05).
SELECT arm, n, observed, round(expected::numeric, 2) AS expected, round(statistic::numeric, 2) AS chi_square, df, p < 0.0001 AS significant
FROM mpc_logrank('joint.remission', 'weeks', 'relapsed', 'arm');

-- What Kaplan and Meier's curve needs: at each week with relapses, how many were at risk and how many relapsed. One question, GROUP BY;
-- all else is PostgreSQL's own, over its groups.
WITH cell AS MATERIALIZED (
	SELECT arm, weeks, relapsed, count(*) AS n, mpc_remainder(*) AS remainder
	FROM joint.remission GROUP BY arm, weeks, relapsed),
week AS (
	SELECT arm, weeks, sum(n) AS ended, COALESCE(sum(n) FILTER (WHERE relapsed), 0) AS events
	FROM cell WHERE NOT remainder GROUP BY arm, weeks),
life AS (
	SELECT arm, weeks, events, sum(ended) OVER (PARTITION BY arm ORDER BY weeks DESC) AS at_risk FROM week)
SELECT arm, weeks, at_risk, events,
	round(exp(sum(ln(NULLIF(at_risk - events, 0) / at_risk)) OVER (PARTITION BY arm ORDER BY weeks)), 4) * (at_risk > events)::integer AS in_remission
FROM life WHERE events > 0 ORDER BY arm, weeks;
