-- Joint tables.

CREATE FUNCTION mpc.federation_handler() RETURNS fdw_handler
	LANGUAGE c STRICT AS 'MODULE_PATHNAME', 'mpc_sql_federation_handler';
COMMENT ON FUNCTION mpc.federation_handler() IS 'handler of wrapper mpc_federation';
REVOKE ALL ON FUNCTION mpc.federation_handler() FROM PUBLIC;

CREATE FOREIGN DATA WRAPPER mpc_federation
	HANDLER mpc.federation_handler VALIDATOR mpc.federation_validator;
COMMENT ON FOREIGN DATA WRAPPER mpc_federation IS 'a server is a federation: the parties that compute together';

-- The entry points of partners. Only mpc_admit() grants them.

CREATE PROCEDURE mpc.hello(request bytea, INOUT reply bytea)
	LANGUAGE c AS 'MODULE_PATHNAME', 'mpc_sql_hello';
COMMENT ON PROCEDURE mpc.hello(bytea, bytea) IS 'called by a partner''s database: gives a one-time key';
REVOKE ALL ON PROCEDURE mpc.hello(bytea, bytea) FROM PUBLIC;

CREATE PROCEDURE mpc.answer(request bytea, INOUT reply bytea)
	LANGUAGE c AS 'MODULE_PATHNAME', 'mpc_sql_answer';
COMMENT ON PROCEDURE mpc.answer(bytea, bytea) IS 'called by a partner''s database: answers one question, after recording it';
REVOKE ALL ON PROCEDURE mpc.answer(bytea, bytea) FROM PUBLIC;

CREATE FUNCTION mpc.probe(federation text, party text) RETURNS text
	LANGUAGE c STRICT VOLATILE PARALLEL UNSAFE AS 'MODULE_PATHNAME', 'mpc_sql_probe';
COMMENT ON FUNCTION mpc.probe(text, text) IS 'greets a party and tells how long it took; raises when it does not answer as it should';
REVOKE ALL ON FUNCTION mpc.probe(text, text) FROM PUBLIC;

-- The explicit twins of the standard aggregates. They never see a row: over a joint
-- table the planner hands them to the federation, anywhere else they raise.

CREATE FUNCTION mpc.refuse_local(internal, "any") RETURNS internal
	LANGUAGE c IMMUTABLE PARALLEL RESTRICTED AS 'MODULE_PATHNAME', 'mpc_sql_refuse_local';
COMMENT ON FUNCTION mpc.refuse_local(internal, "any") IS 'raises: an mpc_* aggregate is answered by a federation only';
CREATE FUNCTION mpc.refuse_local(internal) RETURNS internal
	LANGUAGE c IMMUTABLE PARALLEL RESTRICTED AS 'MODULE_PATHNAME', 'mpc_sql_refuse_local';
COMMENT ON FUNCTION mpc.refuse_local(internal) IS 'raises: an mpc_* aggregate is answered by a federation only';
CREATE FUNCTION mpc.refuse_local_bigint(internal) RETURNS bigint
	LANGUAGE c IMMUTABLE PARALLEL RESTRICTED AS 'MODULE_PATHNAME', 'mpc_sql_refuse_local';
COMMENT ON FUNCTION mpc.refuse_local_bigint(internal) IS 'raises: an mpc_* aggregate is answered by a federation only';

CREATE FUNCTION mpc.refuse_local_numeric(internal) RETURNS numeric
	LANGUAGE c IMMUTABLE PARALLEL RESTRICTED AS 'MODULE_PATHNAME', 'mpc_sql_refuse_local';
COMMENT ON FUNCTION mpc.refuse_local_numeric(internal) IS 'raises: an mpc_* aggregate is answered by a federation only';

CREATE FUNCTION mpc.refuse_local_real(internal) RETURNS real
	LANGUAGE c IMMUTABLE PARALLEL RESTRICTED AS 'MODULE_PATHNAME', 'mpc_sql_refuse_local';
COMMENT ON FUNCTION mpc.refuse_local_real(internal) IS 'raises: an mpc_* aggregate is answered by a federation only';

CREATE FUNCTION mpc.refuse_local_double_precision(internal) RETURNS double precision
	LANGUAGE c IMMUTABLE PARALLEL RESTRICTED AS 'MODULE_PATHNAME', 'mpc_sql_refuse_local';
COMMENT ON FUNCTION mpc.refuse_local_double_precision(internal) IS 'raises: an mpc_* aggregate is answered by a federation only';

CREATE AGGREGATE @extschema@.mpc_count(*) (SFUNC = mpc.refuse_local, STYPE = internal, FINALFUNC = mpc.refuse_local_bigint, PARALLEL = RESTRICTED);
COMMENT ON AGGREGATE @extschema@.mpc_count(*) IS 'number of rows of all parties';

CREATE AGGREGATE @extschema@.mpc_count("any") (SFUNC = mpc.refuse_local, STYPE = internal, FINALFUNC = mpc.refuse_local_bigint, PARALLEL = RESTRICTED);
COMMENT ON AGGREGATE @extschema@.mpc_count("any") IS 'number of rows of all parties in which the value is not null';

CREATE AGGREGATE @extschema@.mpc_sum(smallint) (SFUNC = mpc.refuse_local, STYPE = internal, FINALFUNC = mpc.refuse_local_bigint, PARALLEL = RESTRICTED);
COMMENT ON AGGREGATE @extschema@.mpc_sum(smallint) IS 'sum over the rows of all parties';

CREATE AGGREGATE @extschema@.mpc_avg(smallint) (SFUNC = mpc.refuse_local, STYPE = internal, FINALFUNC = mpc.refuse_local_numeric, PARALLEL = RESTRICTED);
COMMENT ON AGGREGATE @extschema@.mpc_avg(smallint) IS 'average over the rows of all parties';

CREATE AGGREGATE @extschema@.mpc_sum(integer) (SFUNC = mpc.refuse_local, STYPE = internal, FINALFUNC = mpc.refuse_local_bigint, PARALLEL = RESTRICTED);
COMMENT ON AGGREGATE @extschema@.mpc_sum(integer) IS 'sum over the rows of all parties';

CREATE AGGREGATE @extschema@.mpc_avg(integer) (SFUNC = mpc.refuse_local, STYPE = internal, FINALFUNC = mpc.refuse_local_numeric, PARALLEL = RESTRICTED);
COMMENT ON AGGREGATE @extschema@.mpc_avg(integer) IS 'average over the rows of all parties';

CREATE AGGREGATE @extschema@.mpc_sum(bigint) (SFUNC = mpc.refuse_local, STYPE = internal, FINALFUNC = mpc.refuse_local_numeric, PARALLEL = RESTRICTED);
COMMENT ON AGGREGATE @extschema@.mpc_sum(bigint) IS 'sum over the rows of all parties';

CREATE AGGREGATE @extschema@.mpc_avg(bigint) (SFUNC = mpc.refuse_local, STYPE = internal, FINALFUNC = mpc.refuse_local_numeric, PARALLEL = RESTRICTED);
COMMENT ON AGGREGATE @extschema@.mpc_avg(bigint) IS 'average over the rows of all parties';

CREATE AGGREGATE @extschema@.mpc_sum(numeric) (SFUNC = mpc.refuse_local, STYPE = internal, FINALFUNC = mpc.refuse_local_numeric, PARALLEL = RESTRICTED);
COMMENT ON AGGREGATE @extschema@.mpc_sum(numeric) IS 'sum over the rows of all parties';

CREATE AGGREGATE @extschema@.mpc_avg(numeric) (SFUNC = mpc.refuse_local, STYPE = internal, FINALFUNC = mpc.refuse_local_numeric, PARALLEL = RESTRICTED);
COMMENT ON AGGREGATE @extschema@.mpc_avg(numeric) IS 'average over the rows of all parties';

CREATE AGGREGATE @extschema@.mpc_sum(real) (SFUNC = mpc.refuse_local, STYPE = internal, FINALFUNC = mpc.refuse_local_real, PARALLEL = RESTRICTED);
COMMENT ON AGGREGATE @extschema@.mpc_sum(real) IS 'sum over the rows of all parties';

CREATE AGGREGATE @extschema@.mpc_avg(real) (SFUNC = mpc.refuse_local, STYPE = internal, FINALFUNC = mpc.refuse_local_double_precision, PARALLEL = RESTRICTED);
COMMENT ON AGGREGATE @extschema@.mpc_avg(real) IS 'average over the rows of all parties';

CREATE AGGREGATE @extschema@.mpc_sum(double precision) (SFUNC = mpc.refuse_local, STYPE = internal, FINALFUNC = mpc.refuse_local_double_precision, PARALLEL = RESTRICTED);
COMMENT ON AGGREGATE @extschema@.mpc_sum(double precision) IS 'sum over the rows of all parties';

CREATE AGGREGATE @extschema@.mpc_avg(double precision) (SFUNC = mpc.refuse_local, STYPE = internal, FINALFUNC = mpc.refuse_local_double_precision, PARALLEL = RESTRICTED);
COMMENT ON AGGREGATE @extschema@.mpc_avg(double precision) IS 'average over the rows of all parties';

CREATE AGGREGATE @extschema@.mpc_sum(boolean) (SFUNC = mpc.refuse_local, STYPE = internal, FINALFUNC = mpc.refuse_local_bigint, PARALLEL = RESTRICTED);
COMMENT ON AGGREGATE @extschema@.mpc_sum(boolean) IS 'number of rows of all parties in which the value is true';

CREATE AGGREGATE @extschema@.mpc_avg(boolean) (SFUNC = mpc.refuse_local, STYPE = internal, FINALFUNC = mpc.refuse_local_numeric, PARALLEL = RESTRICTED);
COMMENT ON AGGREGATE @extschema@.mpc_avg(boolean) IS 'fraction of rows of all parties in which the value is true';
