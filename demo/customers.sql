-- The customers of a bank and two shops, from a fixed seed: about 1,400 of 4,000 people each. Variable parties says whose.
CREATE SCHEMA trade;
CREATE TABLE trade.customers AS
SELECT party, format('person%s@example.org', person) AS email,
	(ARRAY['gold', 'silver', 'bronze'])[get_byte(hash, 1) % 3 + 1] AS segment,
	((get_byte(hash, 2) * 256 + get_byte(hash, 3)) / 100.0)::numeric(10,2) AS spent
FROM unnest(:'parties'::text[]) AS party, generate_series(1, 4000) AS person,
	decode(md5(format('seed 7, %s, %s', party, person)), 'hex') AS hash
WHERE get_byte(hash, 0) < 90;
