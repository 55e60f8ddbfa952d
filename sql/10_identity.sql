-- The identity of a database: shown to all, its secret half to nobody.
\pset format unaligned
\pset tuples_only on
SELECT mpc_identity() ~ '^mpc1:[A-Za-z0-9_-]+$', length(mpc_identity()), mpc_identity() = mpc.identity_card();
SELECT mpc.fingerprint(mpc_identity()) ~ '^[0-9a-f]{4}([ :-][0-9a-f]{4})+$' AS shape, mpc.card_epoch(mpc_identity());
SELECT mpc.fingerprint('mpc1:nonsense') IS NULL, mpc.card_epoch('') IS NULL, mpc.fingerprint(left(mpc_identity(), -1)) IS NULL, mpc.fingerprint(mpc_identity() || 'A') IS NULL, mpc.fingerprint(upper(mpc_identity())) IS NULL, mpc.fingerprint(NULL) IS NULL;
SELECT try('SELECT mpc.make_identity()');

-- Others see the card and nothing else.
SET ROLE regress_other;
SELECT mpc_identity() = mpc.identity_card();
SELECT try('SELECT count(*) FROM mpc.identity');
SELECT try('SELECT mpc.make_identity()');
SELECT try($$SELECT mpc_identity_export('a long passphrase')$$);
SELECT try($$SELECT mpc_identity_import('\x00', 'a long passphrase')$$);
RESET ROLE;

-- Export and import.
SELECT try($$SELECT mpc_identity_export('short')$$);
SELECT try($$SELECT mpc_identity_export('elevenbytes')$$);
SELECT mpc_identity_export(NULL) IS NULL;
SELECT mpc_identity_export('twelve bytes') AS sealed \gset
SELECT mpc_identity_export('twelve bytes') AS again \gset
SELECT octet_length(:'sealed') > 80 AS long_enough, :'sealed' <> :'again' AS salted;
SELECT position(sign_seed IN :'sealed'::bytea) = 0 AND position(dh_secret IN :'sealed'::bytea) = 0 AS sealed FROM mpc.identity;
SELECT mpc_identity_import(:'sealed', 'twelve bytes') = mpc_identity() AS the_same;
SELECT try(format('SELECT mpc_identity_import(%L, %L)', :'sealed', 'twelve bytfs'));
SELECT try(format('SELECT mpc_identity_import(%L, %L)', :'sealed', 'short'));
SELECT try(format('SELECT mpc_identity_import(%L, %L)', set_byte(:'sealed', octet_length(:'sealed'::bytea) - 1, get_byte(:'sealed', octet_length(:'sealed'::bytea) - 1) # 1), 'twelve bytes'));
SELECT try(format('SELECT mpc_identity_import(%L, %L)', substr(:'sealed'::bytea, 2), 'twelve bytes'));
SELECT try($$SELECT mpc_identity_import('', 'twelve bytes')$$);
SELECT try($$SELECT mpc_identity_import('not an identity', 'twelve bytes')$$);
BEGIN READ ONLY;
SELECT try(format('SELECT mpc_identity_import(%L, %L)', :'sealed', 'twelve bytes'));
COMMIT;
SELECT same('SELECT count(*) FROM %s');

-- A database without identity, or with a damaged one, asks nothing.
SELECT mpc_identity() AS before \gset
BEGIN;
DELETE FROM mpc.identity;
SELECT try('SELECT mpc_identity()');
SELECT try($$SELECT mpc_identity_export('twelve bytes')$$);
SELECT try('SELECT count(*) FROM joint.survey');
SELECT mpc.make_identity() <> :'before' AS another;
ROLLBACK;
BEGIN;
UPDATE mpc.identity SET sign_seed = '\x00';
SELECT try('SELECT mpc_identity()');
SELECT try('SELECT count(*) FROM joint.survey');
ROLLBACK;
SELECT mpc_identity() = :'before' AS the_same, same('SELECT count(*) FROM %s');

-- The asker has a new identity: its partners refuse it.
BEGIN;
DELETE FROM mpc.identity;
SELECT mpc.make_identity() <> :'before' AS another;
SELECT any_party(try('SELECT count(*) FROM joint.survey'));
ROLLBACK;

-- A partner has a new identity: the asker notices. Its sealed old one makes all well again.
\c regress_south
SELECT mpc_identity() AS before, mpc_identity_export('the key of the south') AS sealed \gset
DELETE FROM mpc.identity;
SELECT mpc.make_identity() <> :'before' AS another;
\c regress_north
SELECT try('SELECT count(*) FROM joint.survey');
SET ROLE regress_analyst;
SELECT try('SELECT count(*) FROM joint.survey');
RESET ROLE;
\c regress_west
SELECT try($$SELECT mpc.probe('offices', 'south')$$);
\c regress_south
SELECT mpc_identity_import(:'sealed', 'the key of the south') = :'before' AS the_same;
\c regress_north
SELECT same('SELECT count(*) FROM %s');

-- One identity in two databases: a partner's identity that is this database itself.
\c regress_south
BEGIN;
SELECT mpc_identity_import(:'sealed', 'the key of the south') = :'before' AS the_same;
COMMIT;
\c regress_west
BEGIN;
SELECT mpc_identity_import(:'sealed', 'the key of the south') = :'before' AS now_the_south;
SELECT try($$SELECT mpc.probe('offices', 'north')$$);
ROLLBACK;
