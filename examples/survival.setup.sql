-- Each of three hospitals runs this as superuser, with its own name: psql -v party=north -f survival.setup.sql
--
-- The data: weeks until relapse of 42 children with acute leukemia, half of them given 6-mercaptopurine (6-MP) and half a placebo;
-- "relapsed" is false where the study ended first. E. J. Freireich et al., Blood 21 (1963) 699-716, as reprinted in every textbook of
-- survival analysis. The trial was one of several hospitals; which child was treated where is not published, so it is made up here.

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

-- min_rows 1 and min_contributors 0, since nearly every week's relapses are one child, at one hospital: each is a group of its own, and
-- in an answer somebody's event. Here the table is published anyway. With real patients keep the thresholds: single events are then
-- folded into the remainder, and mpc_logrank refuses to test what is left. Publish a column with coarser times, such as quarters, as the key.
SELECT mpc_publish('remission', 'remission', federation => 'offices',
	keys => '{arm,weeks,relapsed}', filters => '{arm,weeks}', functions => '{count}', min_rows => 1,
	columns => '{"arm": {"domain": ["6-MP", "placebo"]}}');
ALTER SERVER offices OPTIONS (ADD min_contributors '0');
