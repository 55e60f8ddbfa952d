CREATE EXTENSION mpc_agg;

CREATE SCHEMA hr;
CREATE TABLE hr.workers (
	earnings numeric(12,9),
	gender text,
	age integer,
	education integer
);
