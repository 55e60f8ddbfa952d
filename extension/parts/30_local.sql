-- Sums of measures over this database's own rows, and publishing.

CREATE FUNCTION mpc.measure_add(internal, boolean, bigint, bigint, integer) RETURNS internal
	LANGUAGE c IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'mpc_sql_measure_add_bool';
COMMENT ON FUNCTION mpc.measure_add(internal, boolean, bigint, bigint, integer) IS 'transition function of mpc.measure_sum';

CREATE FUNCTION mpc.measure_add(internal, integer, bigint, bigint, integer) RETURNS internal
	LANGUAGE c IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'mpc_sql_measure_add_int4';
COMMENT ON FUNCTION mpc.measure_add(internal, integer, bigint, bigint, integer) IS 'transition function of mpc.measure_sum';

CREATE FUNCTION mpc.measure_add(internal, bigint, bigint, bigint, integer) RETURNS internal
	LANGUAGE c IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'mpc_sql_measure_add_int8';
COMMENT ON FUNCTION mpc.measure_add(internal, bigint, bigint, bigint, integer) IS 'transition function of mpc.measure_sum';

CREATE FUNCTION mpc.measure_add(internal, numeric, numeric, numeric, integer) RETURNS internal
	LANGUAGE c IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'mpc_sql_measure_add_numeric';
COMMENT ON FUNCTION mpc.measure_add(internal, numeric, numeric, numeric, integer) IS 'transition function of mpc.measure_sum';

CREATE FUNCTION mpc.measure_add(internal, double precision, numeric, numeric, integer) RETURNS internal
	LANGUAGE c IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'mpc_sql_measure_add_float8';
COMMENT ON FUNCTION mpc.measure_add(internal, double precision, numeric, numeric, integer) IS 'transition function of mpc.measure_sum';

CREATE FUNCTION mpc.measure_combine(internal, internal) RETURNS internal
	LANGUAGE c IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'mpc_sql_measure_combine';
COMMENT ON FUNCTION mpc.measure_combine(internal, internal) IS 'combines states of mpc.measure_sum';

CREATE FUNCTION mpc.measure_serialize(internal) RETURNS bytea
	LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mpc_sql_measure_serialize';
COMMENT ON FUNCTION mpc.measure_serialize(internal) IS 'serializes a state of mpc.measure_sum';

CREATE FUNCTION mpc.measure_deserialize(bytea, internal) RETURNS internal
	LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mpc_sql_measure_deserialize';
COMMENT ON FUNCTION mpc.measure_deserialize(bytea, internal) IS 'deserializes a state of mpc.measure_sum';

CREATE FUNCTION mpc.measure_final(internal) RETURNS bytea
	LANGUAGE c IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'mpc_sql_measure_final';
COMMENT ON FUNCTION mpc.measure_final(internal) IS 'final function of mpc.measure_sum';

CREATE AGGREGATE mpc.measure_sum(boolean, low bigint, high bigint, scale integer) (
	SFUNC = mpc.measure_add, STYPE = internal, SSPACE = 160, FINALFUNC = mpc.measure_final,
	COMBINEFUNC = mpc.measure_combine, SERIALFUNC = mpc.measure_serialize,
	DESERIALFUNC = mpc.measure_deserialize, PARALLEL = SAFE);
COMMENT ON AGGREGATE mpc.measure_sum(boolean, bigint, bigint, integer) IS 'exact sum of a measure: non-null count, scaled sum, whether a value was outside its contract';

CREATE AGGREGATE mpc.measure_sum(integer, low bigint, high bigint, scale integer) (
	SFUNC = mpc.measure_add, STYPE = internal, SSPACE = 160, FINALFUNC = mpc.measure_final,
	COMBINEFUNC = mpc.measure_combine, SERIALFUNC = mpc.measure_serialize,
	DESERIALFUNC = mpc.measure_deserialize, PARALLEL = SAFE);
COMMENT ON AGGREGATE mpc.measure_sum(integer, bigint, bigint, integer) IS 'exact sum of a measure: non-null count, scaled sum, whether a value was outside its contract';

CREATE AGGREGATE mpc.measure_sum(bigint, low bigint, high bigint, scale integer) (
	SFUNC = mpc.measure_add, STYPE = internal, SSPACE = 160, FINALFUNC = mpc.measure_final,
	COMBINEFUNC = mpc.measure_combine, SERIALFUNC = mpc.measure_serialize,
	DESERIALFUNC = mpc.measure_deserialize, PARALLEL = SAFE);
COMMENT ON AGGREGATE mpc.measure_sum(bigint, bigint, bigint, integer) IS 'exact sum of a measure: non-null count, scaled sum, whether a value was outside its contract';

CREATE AGGREGATE mpc.measure_sum(numeric, low numeric, high numeric, scale integer) (
	SFUNC = mpc.measure_add, STYPE = internal, SSPACE = 160, FINALFUNC = mpc.measure_final,
	COMBINEFUNC = mpc.measure_combine, SERIALFUNC = mpc.measure_serialize,
	DESERIALFUNC = mpc.measure_deserialize, PARALLEL = SAFE);
COMMENT ON AGGREGATE mpc.measure_sum(numeric, numeric, numeric, integer) IS 'exact sum of a measure: non-null count, scaled sum, whether a value was outside its contract';

CREATE AGGREGATE mpc.measure_sum(double precision, low numeric, high numeric, scale integer) (
	SFUNC = mpc.measure_add, STYPE = internal, SSPACE = 160, FINALFUNC = mpc.measure_final,
	COMBINEFUNC = mpc.measure_combine, SERIALFUNC = mpc.measure_serialize,
	DESERIALFUNC = mpc.measure_deserialize, PARALLEL = SAFE);
COMMENT ON AGGREGATE mpc.measure_sum(double precision, numeric, numeric, integer) IS 'exact sum of a measure: non-null count, scaled sum, whether a value was outside its contract';

CREATE FUNCTION @extschema@.mpc_publish(
	dataset text, relation regclass, federation text,
	keys text[] DEFAULT '{}', measures text[] DEFAULT '{}', filters text[] DEFAULT '{}',
	identifiers text[] DEFAULT '{}', "intersect" text DEFAULT NULL,
	functions text[] DEFAULT '{count,sum,avg}', min_rows integer DEFAULT 5,
	columns jsonb DEFAULT '{}')
	RETURNS void
	LANGUAGE c VOLATILE PARALLEL UNSAFE AS 'MODULE_PATHNAME', 'mpc_sql_publish';
COMMENT ON FUNCTION @extschema@.mpc_publish(text, regclass, text, text[], text[], text[], text[], text, text[], integer, jsonb) IS 'publishes columns of a relation to a federation as a dataset, or publishes it anew';
REVOKE ALL ON FUNCTION @extschema@.mpc_publish(text, regclass, text, text[], text[], text[], text[], text, text[], integer, jsonb) FROM PUBLIC;
