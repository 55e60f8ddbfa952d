-- The auction of Danish sugar beet contracts, January 2008: the first large computation among several parties.
--
-- The question: at which price does what farmers want to sell meet what farmers want to buy?
-- The parties: those of 2008, the growers' association DKS, the sugar producer Danisco and the research project
-- SIMAP. There each held a share of every bid; here each holds a third of the bids and shows them to nobody.
-- What DKS learns, which asks: how many tons are offered and wanted in all at each price, the two curves whose
-- crossing is the price. That is more than in 2008, when only the price was opened. Who wants to show less asks
-- at single prices, as the last question does, and halves the interval: twelve questions instead of a curve.
-- What nobody learns: a bid, or whose it is, or what one party's bidders want in all. DKS can take its own third
-- away and knows the two others' together. A step of the curves is somebody's bid, but whose is not said.
--
-- Source: Bogetoft et al., "Secure Multiparty Computation Goes Live", Financial Cryptography 2009: 1229 bidders,
-- each saying for each of 4000 prices how much it would sell or buy; about 25 thousand tons changed owner. The bids
-- and the price were not published. So the bids here are made up, by plain arithmetic, and what can be compared
-- is the size: 1229 bids at each of the prices 1 to 4000. Their level is chosen such that the tons come out as well.

-- == parties: dks danisco simap

-- == rows: dks danisco simap
-- A bid is a step function of the price: a seller offers "tons" at the first of three prices, twice that at the
-- second, three times at the third; a buyer wants three times "tons" up to the first price, then less.
CREATE TABLE bid (bidder integer PRIMARY KEY, sells boolean, tons integer, first integer, second integer, third integer);
INSERT INTO bid
SELECT b, b % 2 = 0, 8 + b * 37 % 41, at, at + 100 + b * 53 % 400, at + 600 + b * 71 % 500
FROM (SELECT b, 200 + b * 7919 % 2400 AS at FROM generate_series(1, 1229) AS b) AS drawn
WHERE b % 3 + 1 = :number;

CREATE TABLE price AS SELECT generate_series(1, 4000) AS price;

CREATE VIEW bid_at AS
SELECT price,
	CASE WHEN sells THEN tons * ((price >= first)::integer + (price >= second)::integer + (price >= third)::integer)
		ELSE 0 END AS supply,
	CASE WHEN sells THEN 0
		ELSE tons * ((price <= first)::integer + (price <= second)::integer + (price <= third)::integer)
		END AS demand
FROM bid, price;

-- == publish: dks danisco simap
SELECT mpc_publish('bids', 'bid_at', federation => 'offices',
	keys => '{price}', measures => '{supply,demand}', filters => '{price}',
	columns => '{"price": {"domain": {"relation": "price"}}}');

-- == question: bidders at the lowest and at the highest price
SELECT price, count(*) AS bidders FROM joint.bids WHERE price IN (1, 4000) GROUP BY price ORDER BY price;
-- == published: Bogetoft et al., 2009
-- 1    | 1229
-- 4000 | 1229

-- == question: where supply meets demand
SELECT price, sum(supply) AS supply, sum(demand) AS demand
FROM joint.bids GROUP BY price HAVING sum(supply) >= sum(demand)
ORDER BY price LIMIT 1;

-- == question: at this price and the one before, and nowhere else
SELECT price, sum(supply) >= sum(demand) AS sold
FROM joint.bids WHERE price IN (1790, 1791) GROUP BY price ORDER BY price;
