-- Does 6-MP keep leukemia away longer than a placebo?
--
-- The question: the log-rank test of two arms, and what Kaplan and Meier's curve needs: at each week with relapses, how many
-- children were at risk and how many relapsed. One GROUP BY each; all else is PostgreSQL's own, over its groups.
-- The parties: three hospitals, which treated 42 children.
-- What everybody who asks learns: how many children of each arm relapsed, and how many left the study, in which week.
-- What nobody learns: at which hospital. But see below: of a real study single events are folded.
--
-- min_rows 1 and min_contributors 0, since nearly every week's relapses are one child, at one hospital: each is a group of its own, and
-- in an answer somebody's event. Here the table is published anyway. With real patients keep the thresholds: single events are then
-- folded into the remainder, and mpc_logrank refuses to test what is left. Publish a column with coarser times, such as quarters, as the key.
--
-- Source: E. J. Freireich et al., Blood 21 (1963) 699-716, as reprinted in every textbook of survival analysis: weeks until relapse of 42
-- children with acute leukemia, half of them given 6-mercaptopurine (6-MP) and half a placebo; "relapsed" is false where the study ended
-- first. The trial was one of several hospitals; which child was treated where is not published, so it is made up.

-- == parties: north west south

-- == rows: north west south
CREATE TABLE remission (arm text NOT NULL, weeks integer NOT NULL, relapsed boolean NOT NULL);

INSERT INTO remission
SELECT arm, weeks, relapsed FROM (VALUES
	('north', 'placebo', 1, true), ('north', 'placebo', 2, true), ('north', 'placebo', 4, true), ('north', 'placebo', 8, true),
	('north', 'placebo', 8, true), ('north', 'placebo', 12, true), ('north', 'placebo', 17, true), ('north', '6-MP', 6, true),
	('north', '6-MP', 7, true), ('north', '6-MP', 10, false), ('north', '6-MP', 16, true), ('north', '6-MP', 20, false),
	('north', '6-MP', 25, false), ('north', '6-MP', 34, false),
	('west', 'placebo', 1, true), ('west', 'placebo', 3, true), ('west', 'placebo', 5, true), ('west', 'placebo', 8, true),
	('west', 'placebo', 11, true), ('west', 'placebo', 12, true), ('west', 'placebo', 22, true), ('west', '6-MP', 6, true),
	('west', '6-MP', 6, false), ('west', '6-MP', 10, true), ('west', '6-MP', 13, true), ('west', '6-MP', 19, false),
	('west', '6-MP', 23, true), ('west', '6-MP', 32, false),
	('south', 'placebo', 2, true), ('south', 'placebo', 4, true), ('south', 'placebo', 5, true), ('south', 'placebo', 8, true),
	('south', 'placebo', 11, true), ('south', 'placebo', 15, true), ('south', 'placebo', 23, true), ('south', '6-MP', 6, true),
	('south', '6-MP', 9, false), ('south', '6-MP', 11, false), ('south', '6-MP', 17, false), ('south', '6-MP', 22, true),
	('south', '6-MP', 32, false), ('south', '6-MP', 35, false)) AS published (hospital, arm, weeks, relapsed)
WHERE hospital = :'party';

-- == publish: north west south
SELECT mpc_publish('remission', 'remission', federation => 'offices',
	keys => '{arm,weeks,relapsed}', filters => '{arm,weeks}', functions => '{count}', min_rows => 1,
	columns => '{"arm": {"domain": ["6-MP", "placebo"]}}');
ALTER SERVER offices OPTIONS (ADD min_contributors '0');

-- == question: the log-rank test
SELECT arm, n, observed, round(expected::numeric, 2) AS expected, round(statistic::numeric, 2) AS chi_square, df, p < 0.0001 AS significant
FROM mpc_logrank('joint.remission', 'weeks', 'relapsed', 'arm');
-- == published: survdiff of R's package survival
-- 6-MP | 21 | 9 | 19.25 | 16.79 | 1 | t
-- placebo | 21 | 21 | 10.75 | 16.79 | 1 | t

-- == question: the curves
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
-- == published: survfit of the same
-- 6-MP | 6 | 21 | 3 | 0.8571
-- 6-MP | 7 | 17 | 1 | 0.8067
-- 6-MP | 10 | 15 | 1 | 0.7529
-- 6-MP | 13 | 12 | 1 | 0.6902
-- 6-MP | 16 | 11 | 1 | 0.6275
-- 6-MP | 22 | 7 | 1 | 0.5378
-- 6-MP | 23 | 6 | 1 | 0.4482
-- placebo | 1 | 21 | 2 | 0.9048
-- placebo | 2 | 19 | 2 | 0.8095
-- placebo | 3 | 17 | 1 | 0.7619
-- placebo | 4 | 16 | 2 | 0.6667
-- placebo | 5 | 14 | 2 | 0.5714
-- placebo | 8 | 12 | 4 | 0.3810
-- placebo | 11 | 8 | 2 | 0.2857
-- placebo | 12 | 6 | 2 | 0.1905
-- placebo | 15 | 4 | 1 | 0.1429
-- placebo | 17 | 3 | 1 | 0.0952
-- placebo | 22 | 2 | 1 | 0.0476
-- placebo | 23 | 1 | 1 | 0.0000
