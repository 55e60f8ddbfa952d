-- How concentrated is a market whose firms do not show each other their sales?
--
-- The question: the Herfindahl-Hirschman index, the sum of the squares of the firms' shares in percent. It is
-- 10,000 for a monopoly and 10,000 / n for n equal firms. With mean and variance of the n firms' sales it is
-- 10,000 * (1 + variance / mean^2) / n, so that one joint question gives it.
-- The parties: four firms, and an agency, which has no sales, publishes nothing and asks.
-- What the agency learns: the number of firms, the sum of their sales and the sum of the squares; hence the
-- index. It tells the firms what it likes; by themselves they learn that it was asked.
-- What nobody learns: the sales or the share of a firm. Two sums narrow four numbers down and do not determine
-- them, unless all are equal.
--
-- A firm's total is one row, so no number of rows can protect it: each firm publishes a table of this one row
-- with min_rows => 1, and WITHOUT KEYS AND FILTERS, so that there is no other question than the one over all
-- firms. What protects it then is the number of firms, and the DBAs have to see to three things:
--   * At least four firms. Who is told the answer and is a firm knows one of the numbers; of three that are left
--     the two sums leave something open, of two nothing. All members of a federation must answer, so each firm
--     looks at who is a member and publishes (mpc.describe) before it publishes. The agency sets
--     min_contributors to 4, against its own analysts: its database withholds answers that stand on fewer.
--   * functions => '{all}' allows the variance, at every firm.
--   * A table of a closed year, not a view of running sales. If one firm's total alone changes between two
--     questions, by d from s, the sums change by d and by 2sd + d^2: that is s.
-- Where each party holds many firms, say a chamber of commerce those of its region, publish a row for each firm
-- and leave min_rows at 8, as class "moments" wants it.
--
-- Source: U.S. Department of Justice, "Herfindahl-Hirschman Index": for a market consisting of four firms with
-- shares of 30, 30, 20 and 20 percent, the HHI is 2600. The amounts are made up.

-- == parties: agency alder birch cedar dogwood

-- == rows: alder birch cedar dogwood
CREATE TABLE invoice (product text, amount numeric(12,2));
INSERT INTO invoice
SELECT 'product ' || i, (ARRAY[300, 300, 200, 200])[:number - 1] * 1000 * i
FROM generate_series(1, 40) AS i;
CREATE TABLE sales_of_year AS SELECT sum(amount)::numeric(14,2) AS sales FROM invoice;

-- == publish: agency
ALTER SERVER offices OPTIONS (ADD min_contributors '4');

-- == publish: alder birch cedar dogwood
SELECT mpc_publish('market', 'sales_of_year', federation => 'offices',
	measures => '{sales}', functions => '{all}', min_rows => 1);

-- == question: the index
SELECT count(*) AS firms, round(10000 * (1 + var_pop(sales) / avg(sales) ^ 2) / count(*)) AS hhi
FROM joint.market;
-- == published: U.S. Department of Justice
-- 4 | 2600
