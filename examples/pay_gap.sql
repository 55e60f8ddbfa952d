-- The pay gap between women and men, over the payrolls of employers who show theirs to nobody.
--
-- The question: what do women earn for each dollar that men earn, in all and by class of job and ethnicity?
-- The parties: four employers, where Boston had 69 (2016) and 123 (2019). The hospital asks.
-- Everybody it tells learns: how many employees there are in each class, ethnicity and gender, and what they
-- earn on average, with all subtotals; of cells in which an employer has fewer than 5 employees, only the totals.
-- Nobody learns: a salary, or what one employer pays, or how many it employs. The hospital knows its own
-- payroll, so it learns what the three others pay together.
--
-- Source: Boston Women's Workforce Council, with software for multi-party computation by Boston University
-- (Lapets et al., "Accessible Privacy-Preserving Web-Based Data Analysis for Assessing and Addressing Economic
-- Inequalities", COMPASS 2018). What was published, as far as it is quoted here, are averages and cents, not
-- the table behind them. So the payrolls are made up, such that all that is compared comes out as published:
--   2016  Hariri Institute, Boston University, 5 January 2017: average total compensation of women $78,954, of
--         men $103,155, hence 77 cents. Boston Globe, 5 January 2017: 112,600 employees of 69 employers.
--         How many of them are women is made up: half.
--   2019  WBUR, 5 December 2019: 136,437 employees of 123 employers. Women earn 70 cents of a man's dollar; of a
--         white man's dollar white women 70, Asian women 67, Black women 49, Hispanic women 45. Women in service
--         45 cents of the dollar of men in service (the same), executives 70, in administration 102 (metro.us on
--         the same report). Sizes of cells, dollars and the class "professional" are made up;
--         within a class, pay here differs by gender only.

-- == parties: hospital bank university retailer

-- == rows: hospital bank university retailer
CREATE TABLE cell (year integer, class text, ethnicity text, gender text, employees integer, average integer);
INSERT INTO cell VALUES
	(2016, NULL, NULL, 'female', 56300,  78954),
	(2016, NULL, NULL, 'male',   56300, 103155),
	(2019, 'executive',      'white',    'female',  3150, 168000), (2019, 'executive',      'white',    'male',  7200, 240000),
	(2019, 'professional',   'white',    'female', 29700,  93500), (2019, 'professional',   'white',    'male', 27500, 110000),
	(2019, 'administrative', 'white',    'female',  8100,  56100), (2019, 'administrative', 'white',    'male',  3300,  55000),
	(2019, 'service',        'white',    'female',  4050,  27000), (2019, 'service',        'white',    'male',  4100,  60000),
	(2019, 'executive',      'asian',    'female',   672, 168000), (2019, 'executive',      'asian',    'male',  1000, 240000),
	(2019, 'professional',   'asian',    'female',  5856,  93500), (2019, 'professional',   'asian',    'male',  6200, 110000),
	(2019, 'administrative', 'asian',    'female',  1632,  56100), (2019, 'administrative', 'asian',    'male',   900,  55000),
	(2019, 'service',        'asian',    'female',  1440,  27000), (2019, 'service',        'asian',    'male',  1300,  60000),
	(2019, 'executive',      'black',    'female',   249, 168000), (2019, 'executive',      'black',    'male',   300, 240000),
	(2019, 'professional',   'black',    'female',  3154,  93500), (2019, 'professional',   'black',    'male',  2200, 110000),
	(2019, 'administrative', 'black',    'female',  1162,  56100), (2019, 'administrative', 'black',    'male',  1000,  55000),
	(2019, 'service',        'black',    'female',  3735,  27000), (2019, 'service',        'black',    'male',  3700,  60000),
	(2019, 'executive',      'hispanic', 'female',   160, 168000), (2019, 'executive',      'hispanic', 'male',   237, 240000),
	(2019, 'professional',   'hispanic', 'female',  2560,  93500), (2019, 'professional',   'hispanic', 'male',  2000, 110000),
	(2019, 'administrative', 'hispanic', 'female',  1120,  56100), (2019, 'administrative', 'hispanic', 'male',   900,  55000),
	(2019, 'service',        'hispanic', 'female',  4160,  27000), (2019, 'service',        'hispanic', 'male',  3700,  60000);

-- One row for each employee, as a payroll has it. The salaries of a cell lie evenly around its average,
-- up to 40 % below and above. Of every ten employees the hospital has four, then three, two, one.
CREATE TABLE payroll AS
SELECT year, class, ethnicity, gender,
	(average + round(0.4 * average * (2 * i - employees - 1) / employees))::integer AS salary
FROM cell, generate_series(1, employees) AS i
WHERE (ARRAY[1,1,1,1,2,2,2,3,3,4])[1 + i % 10] = :number;

-- == publish: hospital bank university retailer
SELECT mpc_publish('pay', 'payroll', federation => 'offices',
	keys => '{year,class,ethnicity,gender}', measures => '{salary}', filters => '{year}',
	columns => '{"year": {"domain": [2016, 2019]},
	             "class": {"domain": ["executive", "professional", "administrative", "service"]},
	             "ethnicity": {"domain": ["white", "asian", "black", "hispanic"]},
	             "gender": {"domain": ["female", "male"]}}');

-- == question: how many employees
SELECT year, count(*) AS employees FROM joint.pay GROUP BY year ORDER BY year;
-- == published: Boston Women's Workforce Council, 2016 and 2019
-- 2016 | 112600
-- 2019 | 136437

-- == question: average pay of women and men, 2016
WITH pay AS (SELECT gender, avg(salary) FROM joint.pay WHERE year = 2016 GROUP BY gender)
SELECT w.avg::integer AS women, m.avg::integer AS men, round(100 * w.avg / m.avg) AS cents
FROM pay AS w, pay AS m
WHERE w.gender = 'female' AND m.gender = 'male';
-- == published: Boston Women's Workforce Council, 2016
-- 78954 | 103155 | 77

-- == question: class by ethnicity by gender with subtotals, 2019
SELECT CASE grouping(class) WHEN 1 THEN 'all' ELSE class END AS class,
	CASE grouping(ethnicity) WHEN 1 THEN 'all' ELSE ethnicity END AS ethnicity,
	CASE grouping(gender) WHEN 1 THEN 'all' ELSE gender END AS gender,
	count(*), round(avg(salary), 2) AS avg
FROM joint.pay WHERE year = 2019
GROUP BY CUBE (class, ethnicity, gender)
ORDER BY grouping(class, ethnicity, gender) DESC, class, ethnicity, gender;

-- == question: cents that women earn for a dollar of men in the same class, and of white men, 2019
WITH pay AS (
	SELECT class, ethnicity, gender, avg(salary) FROM joint.pay WHERE year = 2019
	GROUP BY gender, GROUPING SETS ((), (class), (ethnicity)))
SELECT coalesce(w.class, w.ethnicity, 'all') AS women, round(100 * w.avg / m.avg) AS cents
FROM pay AS w JOIN pay AS m ON m.class IS NOT DISTINCT FROM w.class
	AND m.ethnicity IS NOT DISTINCT FROM CASE WHEN w.ethnicity IS NOT NULL THEN 'white' END
WHERE w.gender = 'female' AND m.gender = 'male' AND coalesce(w.class, '') <> 'professional'
ORDER BY women;
-- == published: Boston Women's Workforce Council, 2019
-- administrative | 102
-- all            | 70
-- asian          | 67
-- black          | 49
-- executive      | 70
-- hispanic       | 45
-- service        | 45
-- white          | 70
