# The identifiers of a relation, as intersections read them, against what plain SQL makes of the table: canonical bytes of every
# type, duplicates, NULLs, several columns, keys, sums, conditions, limits, and with whose rights.

use strict;
use warnings FATAL => 'all';

use FindBin;
use MpcTest;
use PostgreSQL::Test::Utils;
use Test::More;

my $fed = MpcTest::single();
my $probe = "$PostgreSQL::Test::Utils::tmp_check/identifiers/sets_probe.so";
{
	local $ENV{PATH} = join(':', grep { !/tmp_install/ } split(/:/, $ENV{PATH}));
	is(system("make -s -C '$FindBin::Bin/../sets' BUILD='" . ($probe =~ s,/[^/]+$,,r) . "'"), 0, 'the probe builds');
}
$fed->sql('alone', <<"SQL");
CREATE ROLE clinic;
GRANT CREATE ON SCHEMA public TO clinic;
CREATE FUNCTION probe(relation regclass, owner regrole, identifiers text[], keys text[], measures text[], filter text, most bigint,
	keep boolean) RETURNS text LANGUAGE c AS '$probe', 'identifiers_probe';

-- One column's part of a tuple, and the bytes of values; none here is longer than 127.
CREATE FUNCTION part(value bytea) RETURNS bytea LANGUAGE sql AS \$\$
	SELECT coalesce('\\x00'::bytea || set_byte('\\x00', 0, octet_length(value)) || value, '\\x0100') \$\$;
CREATE FUNCTION bytes(value bigint) RETURNS bytea LANGUAGE sql AS 'SELECT int8send(value)';
CREATE FUNCTION bytes(value text) RETURNS bytea LANGUAGE sql AS \$\$ SELECT convert_to(value, 'UTF8') \$\$;
CREATE FUNCTION bytes(value uuid) RETURNS bytea LANGUAGE sql AS 'SELECT uuid_send(value)';
CREATE FUNCTION bytes(value bytea) RETURNS bytea LANGUAGE sql AS 'SELECT value';
CREATE FUNCTION bytes(value date) RETURNS bytea LANGUAGE sql AS 'SELECT date_send(value)';
SQL

sub array { return "'{" . join(',', map { "\"$_\"" } @_) . "}'"; }

# What the probe says: its first line, and the others, sorted and without the element unless that is wanted.
sub read_identifiers
{
	my ($table, $identifiers, %o) = @_;
	my $out = $fed->sql('alone', "SET ROLE " . ($o{as} // 'NONE') . "; SELECT probe('$table', '" . ($o{owner} // 'clinic') . "', "
		  . array(@$identifiers) . ', ' . array(@{ $o{keys} // [] }) . ', ' . array(@{ $o{measures} // [] }) . ', '
		  . ($o{filter} ? "'$o{filter}'" : 'NULL') . ', ' . ($o{most} // 1000000) . ', ' . ($o{keep} // 'true') . ')');
	my ($head, @lines) = split(/\n/, $out);
	@lines = map { s/^\S+ //r } @lines if !$o{elements};
	return ($head, join("\n", sort @lines));
}

sub elements
{
	my (undef, $lines) = read_identifiers(@_, elements => 1);
	return [ sort map { /^(\S+)/ } split(/\n/, $lines) ];
}

# Against SQL: tuple, key and sums as the probe writes them.
sub same
{
	my ($table, $identifiers, $oracle, $what, %o) = @_;
	my ($head, $lines) = read_identifiers($table, $identifiers, %o);
	my $where = join(' AND ', $o{where} // 'true', map { /^(\w+):/ ? "$1 IS NOT NULL" : () } @$identifiers);
	my ($tuple, $key, @sums) = @$oracle;
	my $expected = $fed->sql('alone', <<"SQL");
SELECT concat_ws(' ', encode($tuple, 'hex'), @{[ $key ? "encode($key, 'hex')" : q{'-'} ]}, @{[ join(', ', @sums, 'NULL') ]})
FROM $table WHERE $where GROUP BY $tuple, @{[ $key // 'true::text' ]}
SQL
	$expected = join("\n", sort split(/\n/, $expected));
	is($lines, $expected, $what);
	my $n = () = $expected =~ /^/mg;
	is($head, ($expected eq '' ? 0 : $n) . ' ' . $fed->sql('alone', "SELECT count(*) FROM $table WHERE $where") . ' 0 -1', "$what: how many");
	return;
}

# Types

$fed->sql('alone', <<'SQL');
SET ROLE clinic;
CREATE TABLE typed (i2 smallint, i4 integer, i8 bigint, t text, v varchar(20), u uuid, d date, "Odd name" integer, b bytea);
INSERT INTO typed SELECT i, i, i, 'name ' || i, 'name ' || i, md5(i::text)::uuid, date '2000-01-01' + i, i, int4send(i)
	FROM generate_series(-3, 40) AS i, generate_series(1, 2);
INSERT INTO typed (i2, i4, i8, t, v, u, d) VALUES (32767, 2147483647, 9223372036854775807, '', 'é 日本 🙂', '00000000-0000-0000-0000-000000000000', '-infinity'),
	(-32768, -2147483648, -9223372036854775808, ' a', 'a ', 'ffffffff-ffff-ffff-ffff-ffffffffffff', 'infinity'), (NULL, NULL, NULL, NULL, NULL, NULL, NULL);
SQL
my %types = (i2 => 'smallint', i4 => 'integer', i8 => 'bigint', t => 'text', v => 'character varying(20)', u => 'uuid', d => 'date', b => 'bytea');
same('typed', ["$_:$types{$_}"], [ "part(bytes($_))" ], "column $_ of type $types{$_}") foreach sort keys %types;
same('typed', [ 'u:uuid', 't:text', 'i4:integer' ], [ 'part(bytes(u)) || part(bytes(t)) || part(bytes(i4))' ], 'a tuple, in the order it is asked for');
same('typed', ['Odd name:integer'], [ 'part(bytes("Odd name"))' ], 'a name that needs quotes', where => '"Odd name" IS NOT NULL');

my $wide = elements('typed', ['i4:bigint'], filter => 'd:date=2000-01-05');
is(@$wide, 1, 'one identifier');
foreach my $column ('i2:bigint', 'i8:bigint', 'i2:integer')
{
	is_deeply(elements('typed', [$column], filter => 'd:date=2000-01-05'), $wide, "$column: the same element, whatever the table's own type");
}
is_deeply(elements('typed', ['v:text'], filter => 'i4:integer=7'), elements('typed', ['t:text'], filter => 'i4:integer=7'), 'and of text');
is_deeply(elements('typed', ['i4:bigint'], filter => 'd:date=2000-01-05', keep => 'false'), $wide, 'also where bytes are not kept');
my %different = map { $_ => 1 } @{ elements('typed', ['i8:bigint']) };
is(keys %different, 46, 'different identifiers, different elements');

# Duplicates, NULLs, keys, sums, conditions

$fed->sql('alone', <<'SQL');
SET ROLE clinic;
CREATE TABLE visits (patient integer, place text, kind text, cost numeric(10,2), hours smallint, urgent boolean);
INSERT INTO visits SELECT nullif(i % 50, 13), CASE i % 4 WHEN 0 THEN NULL WHEN 1 THEN 'north' ELSE 'south' END,
	CASE i % 3 WHEN 0 THEN NULL ELSE 'kind ' || i % 3 END, CASE WHEN i % 7 > 0 THEN (i - 900) * 1.25 END, i % 11 - 5, i % 2 = 0
	FROM generate_series(1, 2000) AS i;
SQL
my @pair = ('patient:bigint', 'place:text');
my $pair = 'part(bytes(patient)) || part(bytes(place))';
my @sums = ('count(cost)', 'trunc(coalesce(sum(cost), 0) * 100)', 'count(hours)', 'sum(hours)', 'count(urgent)', 'count(*) FILTER (WHERE urgent)');
my @measures = ('cost:numeric(10,2)', 'hours:smallint', 'urgent:boolean');
same('visits', \@pair, [$pair], 'duplicates count once, NULLs not at all');
same('visits', \@pair, [ $pair, undef, @sums ], 'all rows of an identifier are in its sums', measures => \@measures);
same('visits', ['patient:integer'], [ 'part(bytes(patient))', 'part(bytes(kind))', @sums[ 0, 1 ] ], 'a key, which may be NULL',
	keys => ['kind:text'], measures => [ $measures[0] ]);
same('visits', ['patient:integer'], [ 'part(bytes(patient))', 'part(bytes(kind)) || part(bytes(urgent::text))' =~ s/bytes\(urgent::text\)/boolsend(urgent)/r ],
	'two keys', keys => [ 'kind:text', 'urgent:boolean' ]);
same('visits', \@pair, [ $pair, undef, @sums ], 'a condition', measures => \@measures, filter => 'kind:text=kind 1', where => q{kind = 'kind 1'});
same('visits', \@pair, [$pair], 'nobody', filter => 'kind:text=kind 9', where => 'false');
is((read_identifiers('visits', ['patient:integer'], keep => 'false'))[1], join("\n", ('- -') x 49), 'bytes that are not kept are not there');
like((read_identifiers('visits', ['patient:integer'], keep => 'false', keys => ['kind:text']))[1], qr/\A(- \w+\n?)+\z/, 'those of keys are');

# More than a block of memory, and longer than a block
$fed->sql('alone', <<'SQL');
SET ROLE clinic;
CREATE TABLE many AS SELECT i AS id, 'identifier ' || i AS name, i % 3 AS x FROM generate_series(1, 60000) AS i;
CREATE TABLE long AS SELECT repeat('long ', 300000) || i AS name FROM generate_series(1, 3) AS i;
SQL
same('many', [ 'id:integer', 'name:text' ], [ 'part(bytes(id)) || part(bytes(name))', undef, 'count(x)', 'sum(x)' ], 'many', measures => ['x:integer']);
my ($head, $lines) = read_identifiers('long', ['name:text']);
is($head, '3 3 0 -1', 'long ones');
is(join(' ', map { length } split(/\n/, $lines)), join(' ', (2 * 1500005 + 2) x 3), 'in whole');

# Limits and violations

is((read_identifiers('many', ['id:integer'], most => 60000))[0], '60000 60000 0 -1', 'as many as may be');
is((read_identifiers('many', ['id:integer'], most => 59999))[0] =~ s/ \d+ / /r, '0 1 -1', 'one more: nothing');
$fed->sql('alone', q{SET ROLE clinic; CREATE TABLE loose (id integer, a numeric, b double precision);
	INSERT INTO loose VALUES (1, 1, 1), (2, 1.005, 2), (NULL, 1, 'NaN'), (3, 1, 1)});
is((read_identifiers('loose', ['id:integer'], measures => [ 'b:double precision', 'a:numeric(8,2)' ]))[0], '3 3 0 1', 'a value that breaks the contract: its measure');
is((read_identifiers('loose', ['id:integer'], measures => ['b:double precision']))[0], '3 3 0 -1', 'not that of a row that is left out');
is((read_identifiers('loose', ['id:integer'], measures => ['a:numeric(8,2)'], most => 1))[0] =~ s/ \d+ / /r, '0 1 -1', 'of too many, which came first is not told');

# What it refuses

my $mismatch = 'message of another request';
is((read_identifiers('many', ['gone:integer']))[0], $mismatch, 'a column that is gone');
is((read_identifiers('many', ['name:integer']))[0], $mismatch, 'of another type');
is((read_identifiers('many', ['id:integer'], measures => [ 'x:integer', 'x:integer' ]))[0], $mismatch, 'a measure twice');
is((read_identifiers('many', [ map { 'id:integer' } 1 .. 17 ]))[0], 'limit exceeded', 'too many columns');

# With whose rights

$fed->sql('alone', <<'SQL');
CREATE TABLE secret (id integer); INSERT INTO secret VALUES (1);
SET ROLE clinic;
CREATE TABLE guarded (id integer, own boolean);
INSERT INTO guarded VALUES (1, true), (2, false), (3, true), (4, NULL);
ALTER TABLE guarded ENABLE ROW LEVEL SECURITY;
ALTER TABLE guarded FORCE ROW LEVEL SECURITY;
CREATE POLICY own ON guarded USING (own);
CREATE FUNCTION whoever() RETURNS integer LANGUAGE plpgsql AS
	'BEGIN CREATE TEMPORARY TABLE left_behind (); RETURN 1; END';
CREATE VIEW writing AS SELECT whoever() AS id;
CREATE VIEW seeing AS SELECT CASE WHEN current_user = 'clinic' THEN 1 ELSE 2 END AS id;
SQL
same('guarded', ['id:integer'], [ 'part(bytes(id))' ], 'row security holds, also for a superuser who asks', where => 'own');
same('seeing', ['id:integer'], [ 'part(bytes(1))' ], 'published code runs as its publisher');
foreach my $case ([ 'secret', qr/permission denied for table secret/, 'the publisher\'s rights, not the caller\'s' ],
	[ 'writing', qr/within security-restricted operation/, 'published code is restricted' ])
{
	my ($relation, $expected, $what) = @$case;
	my (undef, undef, $err) = $fed->node('alone')->psql('postgres', "SELECT probe('$relation', 'clinic', '{id:integer}', '{}', '{}', NULL, 10, true)");
	like($err, $expected, $what);
}

done_testing();
