# What does a party that publishes nothing learn of the datasets of others, and who else does?
# mpc.describe(), IMPORT FOREIGN SCHEMA, and questions of such a party.

use strict;
use warnings FATAL => 'all';

use MpcTest;
use Test::More;

# North publishes nothing. East is a partner of all, but no member of "offices".
my $fed = MpcTest::federation(names => [qw(north south west east)]);
my @publishers = qw(south west);
$fed->sql('north', q{ALTER SERVER offices OPTIONS (SET parties 'south, west')});
$fed->sql('south', q{ALTER SERVER offices OPTIONS (SET parties 'north, west')});
$fed->sql('west', q{ALTER SERVER offices OPTIONS (SET parties 'north, south')});
$fed->sql($_, q{
	CREATE TYPE mood AS ENUM ('sad', 'it''s fine', 'happy');
	CREATE TABLE towns (town text);
	INSERT INTO towns VALUES ('Bonn'), ('Köln'), (NULL), ('Bonn');
	CREATE TABLE pay (salary integer, rate double precision, price numeric(8,2), sex char(1), m mood, dept text, town text);
	INSERT INTO pay SELECT 100 + g, g / 64.0, g / 8.0, CASE g % 2 WHEN 0 THEN 'f' ELSE 'm' END,
		CASE g % 3 WHEN 0 THEN 'happy' WHEN 1 THEN 'sad' END::mood, 'hr', 'Bonn' FROM generate_series(1, 20) g}) foreach @publishers;
my %pay = (
	relation => 'pay', keys => [qw(dept m town)], measures => [qw(salary rate price)], filters => [qw(sex salary m)],
	columns => '{"salary": {"low": 0, "high": 1000}, "rate": {"low": -1.5, "high": 2.25}, "price": {"low": -10, "high": "99.5"},'
	  . ' "dept": {"domain": ["it", "hr"]}, "town": {"domain": {"relation": "towns"}}}');
my %silent = (north => undef, east => undef);
$fed->publish('pay', {%pay}, %silent);
$fed->sql($_, 'CREATE SCHEMA again') foreach qw(north south);

sub error_of
{
	my ($name, $sql, %args) = @_;
	my ($out, $err) = $fed->ask_err($name, "\\set VERBOSITY verbose\n$sql;", %args);
	return $out ne '' ? "answered: $out" : $err;
}

# As superuser; what it printed and what it warned of.
sub said
{
	my ($name, $sql) = @_;
	my ($rc, $out, $err) = $fed->node($name)->psql('postgres', $sql);
	return ($out, $err);
}

sub import_again
{
	my ($name, $which) = @_;
	my ($out, $err) = said($name,
		'SET client_min_messages = warning; DROP SCHEMA again CASCADE; CREATE SCHEMA again; IMPORT FOREIGN SCHEMA offices '
		  . ($which // '') . ' FROM SERVER offices INTO again');
	return $err =~ s/^psql:\S+ //mgr;
}

sub columns_of
{
	my ($name, $table) = @_;
	return $fed->sql($name, qq{
		SELECT string_agg(attname || ' ' || format_type(atttypid, atttypmod) || COALESCE(' ' || collname, ''), ', ' ORDER BY attnum)
		FROM pg_attribute LEFT JOIN pg_collation c ON c.oid = attcollation WHERE attrelid = '$table'::regclass AND attnum > 0});
}

# Every row of the description, at the party that publishes nothing.
my $rows = q{dept|key|text||||2 values||t
m|key|enum('sad','it''s fine','happy')||||3 values||t
m|filter|enum('sad','it''s fine','happy')||||||t
price|measure|numeric(8,2)|2|-10|99.5|||t
rate|measure|double precision|32|-1.5|2.25|||t
salary|measure|integer|0|0|1000|||t
salary|filter|integer||||||t
sex|filter|character(1)||||||t
town|key|text||||2 values||t} =~ s/^/pay|/mgr;
my $describe = q{SELECT * FROM mpc.describe('offices')};
is($fed->sql('north', $describe), join("\n", $rows =~ s/^/south|/mgr, $rows =~ s/^/west|/mgr), 'all parties, all columns');
is($fed->sql('south', $describe), join("\n", $rows =~ s/^/(this database)|/mgr, $rows =~ s/^/west|/mgr),
	'a publisher finds its own among them');

# IMPORT: the enum is missing first.
is(import_again('north'), q{WARNING:  the joint table of dataset "pay" is made without column "m"
DETAIL:  This database has no type enum('sad','it''s fine','happy').
HINT:  CREATE TYPE m AS ENUM ('sad','it''s fine','happy');}, 'a missing enum type is named, with the statement that makes it');
my $columns = 'dept text C, price numeric(8,2), rate double precision, salary integer, sex character(1) C, town text C';
is(columns_of('north', 'again.pay'), $columns, 'the other columns are there');
$fed->sql('north', q{CREATE TYPE other AS ENUM ('it''s fine', 'sad', 'happy')});
like(import_again('north'), qr/HINT:  CREATE TYPE m/, 'the same labels in another order are another type');
$fed->sql('north', q{CREATE SCHEMA elsewhere; CREATE TYPE elsewhere."Mood" AS ENUM ('sad', 'it''s fine', 'happy')});
is(import_again('north'), '', 'with the type nothing is missing');
like(columns_of('north', 'again.pay'), qr/, m elsewhere\."Mood", /, 'under whichever name it has');
$fed->sql('north', q{CREATE TYPE public.feeling AS ENUM ('sad', 'it''s fine', 'happy')});
import_again('north');
like(columns_of('north', 'again.pay'), qr/, m feeling, /, 'one of the search_path goes first');
is(import_again('north', 'LIMIT TO (nothing, pay)'), '', 'what nobody publishes is nothing');
is(import_again('north', 'EXCEPT (pay)'), '', 'EXCEPT');
is($fed->sql('north', q{SELECT count(*) FROM pg_foreign_table}), '0', 'leaves it out');

# Questions of a party that publishes nothing: cold, warm, and in another session.
import_again('north');
$fed->sql('north', 'GRANT USAGE ON SCHEMA again TO analyst; GRANT SELECT ON again.pay TO analyst');
is($fed->ask('north', 'SELECT count(*), sum(salary), sum(price), sum(rate) FROM again.pay'), '40|4420|52.60|6.5625', 'a question');
is($fed->ask('north', q{SELECT count(*), sum(salary) FROM again.pay WHERE sex = 'f' AND salary < 200;
	SELECT count(*) FROM again.pay WHERE m <> 'it''s fine' OR salary > 118}), "20|2220\n28", 'two with WHERE in one session');
is($fed->ask('north', 'SELECT dept, town, count(*) FROM again.pay GROUP BY dept, town'), 'hr|Bonn|40', 'GROUP BY over domains that were told');
is($fed->ask('north', 'SELECT m, sum(salary) FROM again.pay GROUP BY m ORDER BY m'), "sad|1540\nhappy|1326\n|1554", 'and over an enum');
like(error_of('north', 'SELECT rate, count(*) FROM again.pay GROUP BY rate'), qr/MP00|42703|0A000/, 'but not by a column that is no key');

# LIMIT TO at a party that publishes: nobody is asked about its own.
my $asked = $fed->log_end('west');
is(import_again('south', 'LIMIT TO (pay)'), '', 'the own dataset is imported');
is($fed->sql('south', q{SELECT count(*) FROM pg_foreign_table}), '1', 'as one table');
is(import_again('south'), '', 'and so without LIMIT TO');
$fed->node('west')->stop;
is(import_again('south', 'LIMIT TO (pay)'), '', 'while a partner is down');
like(import_again('south', 'LIMIT TO (pay, extra)'), qr/ERROR:  could not connect to party "west"|"west"/, 'which is asked about another');
like((said('north', $describe))[1], qr/party "west"/, 'a description has all parties or none');
$fed->node('west')->start;
$fed->sql('west', q{CREATE TABLE extra (x bigint); SELECT mpc_publish('extra', 'extra', 'offices', measures => '{x}')});
is(import_again('south', 'LIMIT TO (pay, extra)'), '', 'when it is back');
is(columns_of('south', 'again.extra'), 'x bigint', 'its dataset is imported');
is(columns_of('south', 'again.pay'), 'dept text C, m mood, price numeric(8,2), rate double precision, salary integer, sex character(1) C, town text C',
	'and the own one');
is($fed->sql('north', q{SELECT party, dataset, "column", agrees FROM mpc.describe('offices') WHERE dataset = 'extra'}), 'west|extra|x|t',
	'one publisher agrees with itself');
$fed->sql('west', q{SELECT mpc_unpublish('extra')});

# A bound, a type, a domain and a role that differ.
sub differing { return $fed->sql('north', q{SELECT DISTINCT "column", role FROM mpc.describe('offices') WHERE NOT agrees ORDER BY 1, 2}); }
$fed->publish('pay', {%pay}, %silent, west => { columns => $pay{columns} =~ s/99\.5/99.25/r =~ s/"high": 1000/"high": 999/r });
is(differing(), "price|measure\nsalary|measure", 'other bounds do not agree');
is(import_again('north'), q{WARNING:  the parties differ on measure "price" of dataset "pay"
DETAIL:  "south": numeric(8,2) from -10 to 99.5; "west": numeric(8,2) from -10 to 99.25.
HINT:  The joint table is made without this column.
WARNING:  the parties differ on measure "salary" of dataset "pay"
DETAIL:  "south": integer from 0 to 1000; "west": integer from 0 to 999.
HINT:  The column is there for its other uses.}, 'they are shown with the parties');
is(columns_of('north', 'again.pay'), 'dept text C, m feeling, rate double precision, salary integer, sex character(1) C, town text C',
	'and the column is left out where no use of it is left');
$fed->sql('north', 'GRANT USAGE ON SCHEMA again TO analyst; GRANT SELECT ON again.pay TO analyst');
is($fed->ask('north', 'SELECT count(*), sum(rate) FROM again.pay WHERE salary > 110'), '20|4.84375', 'what is left can be asked');
like(error_of('north', 'SELECT sum(salary) FROM again.pay'), qr/MP003.*another contract.*other declared bounds/s, 'what differs is refused');
$fed->publish('pay', {%pay}, %silent,
	west => { columns => $pay{columns} =~ s/"it", //r =~ s/"low": 0/"type": "bigint", "low": 0/r =~ s/, "town": .*/}/r, keys => [qw(dept m)] });
is(differing(), "dept|key\nsalary|filter\nsalary|measure\ntown|key", 'nor do another domain, another type and a role that one lacks');
is($fed->sql('north', q{SELECT party, type FROM mpc.describe('offices') WHERE "column" = 'salary' AND role = 'filter'}), "south|integer\nwest|bigint",
	'each party with its own');
like(import_again('north'), qr/"south": text, 2 values with hash [0-9a-f]{8}, at most 61 bytes; "west": text, 1 values/, 'domains by their hashes');
like(import_again('north'), qr/on key "town".*\nDETAIL:  "south": text, 2 values.*; "west": nothing\.$/m, 'who lacks it is named');

# A lookup is read when it is asked for; one that cannot be read is not described.
$fed->publish('pay', {%pay}, %silent);
is(differing(), '', 'they agree again');
$fed->sql('west', q{INSERT INTO towns VALUES ('Mainz')});
is($fed->sql('north', q{SELECT party, domain, agrees FROM mpc.describe('offices') WHERE "column" = 'town'}), "south|2 values|f\nwest|3 values|f",
	'a lookup is read anew');
$fed->sql('west', 'ALTER TABLE towns RENAME TO gone');
is($fed->sql('north', q{SELECT party, domain FROM mpc.describe('offices') WHERE "column" = 'town'}), "south|2 values\nwest|3 values",
	'a lookup is known by more than its name');
$fed->sql('west', 'ALTER TABLE gone ENABLE ROW LEVEL SECURITY');
is($fed->sql('north', q{SELECT party, domain FROM mpc.describe('offices') WHERE "column" = 'town'}), 'south|2 values',
	'one that cannot be read is no open key');
$fed->sql('west', q{ALTER TABLE gone DISABLE ROW LEVEL SECURITY; ALTER TABLE gone RENAME TO towns; DELETE FROM towns WHERE town = 'Mainz'});
is(differing(), '', 'and comes back');

# Nor is one that has a value which has become too long for a key.
$fed->sql('west', q{INSERT INTO towns VALUES (repeat('x', 60))});
is($fed->sql('north', q{SELECT party FROM mpc.describe('offices') WHERE "column" = 'town'}), 'south', 'a value of 62 bytes with its length');
$fed->sql('west', q{DELETE FROM towns WHERE length(town) = 60; INSERT INTO towns VALUES (repeat('x', 59))});
is($fed->sql('north', q{SELECT party, domain FROM mpc.describe('offices') WHERE "column" = 'town'}), "south|2 values\nwest|3 values", 'one of 61 is told');
$fed->sql('west', q{DELETE FROM towns WHERE length(town) = 59});

# Nor does one count that a party tells although its values are longer than its own contract allows.
$fed->sql('west', q{UPDATE mpc.dataset_column SET max_key_bytes = 3 WHERE dataset = 'pay' AND name = 'dept'});
like((said('north', $describe))[1], qr/party "west"/, 'a domain with values longer than its column has');
$fed->sql('west', q{UPDATE mpc.dataset_column SET max_key_bytes = 61 WHERE dataset = 'pay' AND name = 'dept'});

# Reading it takes no longer than a question may, and its end says nothing of the reason.
{
	my $holder = $fed->node('west')->background_psql('postgres');
	$holder->query_safe('BEGIN; LOCK TABLE towns');
	$fed->sql('west', q{ALTER SERVER offices OPTIONS (ADD timeout '300ms')});
	my $end = $fed->log_end('west');
	like((said('north', $describe))[1], qr/party "west" could not answer at step "hello" \(SQLSTATE 57014\)/, 'a lookup that cannot be read in time');
	like($fed->log('west', $end), qr/the greeting could not be answered\n.*Greeting of party "north": canceling statement/, 'has its reason in the log of its party');
	$holder->query_safe('ROLLBACK');
	$holder->quit;
	$fed->sql('west', q{ALTER SERVER offices OPTIONS (DROP timeout)});
	is(differing(), '', 'and is read when it can be');
}

# Rights. A description is granted, and so is the federation; nobody borrows a user mapping.
like(error_of('north', $describe), qr/42501.*permission denied for function describe/s, 'an analyst was not granted it');
$fed->create_role('north', 'guest');
$fed->sql('north', 'GRANT EXECUTE ON FUNCTION mpc.describe TO analyst, guest');
is($fed->ask('north', q{SELECT count(*) FROM mpc.describe('offices')}), '18', 'one who was describes');
like(error_of('north', $describe, role => 'guest'), qr/42501.*permission denied for foreign server offices/s, 'not without USAGE');
$fed->sql('north', 'GRANT USAGE ON FOREIGN SERVER offices TO guest');
like(error_of('north', $describe, role => 'guest'), qr/user mapping/, 'not without user mappings');
like(error_of('north', q{SELECT * FROM mpc.describe('south')}), qr/ERROR.*south/, 'a party is no federation');
like(error_of('south', $describe, role => 'north_login'), qr/may call mpc\.hello and mpc\.answer and nothing else/, 'a partner is no analyst');

# A stranger: a login of a party that is no member.
like(error_of('east', q{SELECT count(*) FROM joint.pay}), qr/42P01/, 'east has nothing to ask');
like((said('east', $describe))[1], qr/no federation with exactly these parties is known here/, 'and is told nothing');

# Two federations of the same peers, and what is published to one is not told in the other.
$fed->sql($_, sprintf q{CREATE SERVER four FOREIGN DATA WRAPPER mpc_federation OPTIONS (parties '%s')},
	join(', ', grep { $_ ne 'four' } @{ { north => [qw(south west east)], south => [qw(north west east)], west => [qw(north south east)] }->{$_} }))
  foreach qw(north south west);
$fed->sql($_, q{CREATE TABLE note (x integer); SELECT mpc_publish('note', 'note', 'four', measures => '{x}')}) foreach @publishers;
my $parties = q{SELECT string_agg(DISTINCT party || ' ' || dataset, ', ') FROM mpc.describe};
is($fed->sql('east', "$parties('offices')"), 'south note, west note', 'a member of one federation');
is($fed->sql('north', "$parties('four')"), 'south note, west note', 'and of both, in the one');
is($fed->sql('north', "$parties('offices')"), 'south pay, west pay', 'and in the other');
$fed->sql('east', q{CREATE FOREIGN TABLE joint.pay (salary integer) SERVER offices OPTIONS (dataset 'pay')});
like((said('east', 'SELECT count(*) FROM joint.pay'))[1], qr/no party of federation "offices" publishes dataset "pay"/, 'nor by its name');

# More datasets than a description may have: one error, at the party that has them and at those that ask.
$fed->sql('west', q{
	INSERT INTO mpc.dataset SELECT (jsonb_populate_record(d, jsonb_build_object('name', 'more' || g))).* FROM mpc.dataset d, generate_series(1, 1000) g
	WHERE d.name = 'pay' AND d.federation = 'offices'});
like((said('north', $describe))[1], qr/party "west" refused.*the description of the datasets is too long/s, 'too many datasets');
like((said('west', $describe))[1], qr/the description of this database's datasets is too long/, 'at their party, too');
is((said('north', 'SELECT count(*) FROM again.pay'))[0], '40', 'one of them is described and answered');
$fed->sql('west', q{DELETE FROM mpc.dataset WHERE name = 'more1000'});
is($fed->sql('north', q{SELECT count(DISTINCT dataset) FROM mpc.describe('offices') WHERE party = 'west'}), '1', '1000 are described');

# Nothing of a description stands in the record: it is no question.
is($fed->sql('south', q{SELECT count(*) FROM mpc.ledger WHERE question LIKE '%note%'}), '0', 'a description is no question');

done_testing();
