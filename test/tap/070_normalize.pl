# Identifiers that the contract normalizes, against a second normalization in plain SQL: every set of steps over random spellings, in
# databases of different locales; members, numbers, unions, sums and estimates. Who disagrees is refused.

use strict;
use warnings FATAL => 'all';

use MpcRandom;
use MpcTest;
use Test::More;

my $seed = MpcTest::seed();
note("SEED=$seed");
srand($seed);

my $two = MpcTest::federation(names => [qw(shop bank)], options => { allow_two_party => 'true', min_contributors => 0 }, conf => "mpc_agg.workers = 0\n");
my @open = ('"intersect"' => 'members', min_set => 0, max_ratio => 1_000_000, max_changes => 1_000_000, max_probes => 1_000_000_000);

# ---------------------------------------------------------------- the oracle

# What docs/reference.md says of the steps, without the functions that the extension calls; only NFC has no second implementation.
$two->on_all(<<'SQL');
CREATE FUNCTION alike(v text, steps text) RETURNS text LANGUAGE plpgsql AS $$
BEGIN
	IF steps = '' THEN
		RETURN v;
	END IF;
	IF steps LIKE '%nfc%' THEN
		v := normalize(v, NFC);
	END IF;
	IF steps LIKE '%trim%' THEN
		v := substring(v FROM '^[ \t\n\r]*(.*?)[ \t\n\r]*$');
	END IF;
	IF steps LIKE '%lower%' THEN
		v := translate(v, 'ABCDEFGHIJKLMNOPQRSTUVWXYZ', 'abcdefghijklmnopqrstuvwxyz');
	END IF;
	IF steps LIKE '%digits%' THEN
		v := (SELECT string_agg(c, '' ORDER BY i) FROM regexp_split_to_table(v, '') WITH ORDINALITY AS s(c, i) WHERE ascii(c) BETWEEN 48 AND 57);
	END IF;
	RETURN nullif(v, '');
END $$;
SQL

# Column c5 has steps 1 (nfc) and 4 (lower).
my @steps = map { my $set = $_; join(' ', map { $set & $_->[0] ? $_->[1] : () } [ 1, 'nfc' ], [ 2, 'trim' ], [ 4, 'lower' ], [ 8, 'digits' ]) } 0 .. 15;
my @columns = map { "c$_" } 0 .. 15;

# Written as somebody might, in any order, as words or as a list.
sub declared
{
	my ($steps) = @_;
	my @words = sort { rand() <=> 0.5 } split(/ /, $steps);
	return '"normalize": ' . (rand() < 0.5 ? '"' . join('  ', @words) . '"' : '[' . join(', ', map { "\"$_\"" } @words) . ']');
}
my $declared = '{' . join(', ', map { "\"c$_\": {" . declared($steps[$_]) . '}' } 1 .. 15) . ', "q": {"normalize": "nfc"}}';

# ---------------------------------------------------------------- random spellings

# Blanks of all sorts around, letters composed or not, capitals in and outside ASCII, digits likewise; a vertical tab and a
# no-break space are no blanks here. The sign for kelvin becomes K by NFC, and then k.
my @around = ('', '', '', ' ', '\t', '\n', '\r', '  \r\n', '\u000b', '\u00a0');
my @inside = ('A', 'a', '\u00c9', 'E\u0301', '\u00e9', '\u212b', '\u212a', 'k', '\u00c5', '\u0958', '\u00df', '\u0130', 'I', '1', '1', '0', '\uff11', '+', '-', ' ', q{''}, '\u1100\u1161', '\uac00');
sub spelling
{
	return 'NULL' if rand() < 0.03;
	my $inside = join('', map { MpcRandom::one_of(@inside) } 1 .. int(rand(4)));
	return "E'" . MpcRandom::one_of(@around) . $inside . MpcRandom::one_of(@around) . "'";
}
foreach my $party ($two->names)
{
	my $rows = join(', ', map { '(' . spelling() . ', ' . int(rand(1000)) . ', ' . int(rand(3)) . ')' } 1 .. 400);
	foreach my $here ($two->names)
	{
		# With the bank's locale lower() knows all letters.
		my $collate = $here eq 'bank' ? 'COLLATE "und-x-icu"' : '';
		my $columns = join(', ', map { "$columns[$_] " . ($_ % 2 ? 'varchar(40)' : 'text') . " $collate" } 0 .. 15);
		$two->sql($here, "CREATE TABLE ${party}_c (amount integer, k integer, q varchar(1), $columns);"
			  . " INSERT INTO ${party}_c SELECT amount, k, E'\\u0958', " . join(', ', ('v') x 16) . " FROM (VALUES $rows) AS r(v, amount, k)");
	}
}
my %publication = (keys => [qw(c0 c6 k)], measures => ['amount'], filters => [qw(c6 k)], identifiers => [ @columns, 'q' ], min_rows => 1,
	functions => ['all'], columns => $declared, @open);
$two->publish('customers', \%publication, shop => { relation => 'shop_c' }, bank => { relation => 'bank_c' });
$two->import_joint;

foreach my $i (0 .. 15)
{
	my ($id, $steps) = ($columns[$i], $steps[$i]);
	my $is = "alike($id, '$steps')";
	my $what = $steps eq '' ? 'none' : $steps;
	my $common = "SELECT $is FROM shop_c WHERE $is IS NOT NULL INTERSECT SELECT $is FROM bank_c";
	my $any = "SELECT count(*) FROM (SELECT $is AS i FROM shop_c UNION SELECT $is FROM bank_c) AS u WHERE i IS NOT NULL";
	is($two->ask('shop', "SELECT encode(convert_to(m, 'UTF8'), 'hex') FROM mpc_intersect('joint.customers', '$id') AS m ORDER BY 1"),
		$two->sql('shop', "SELECT encode(convert_to(m, 'UTF8'), 'hex') FROM ($common) AS c(m) ORDER BY 1"), "$what: members");
	is($two->ask('bank', "SELECT mpc_intersect_count($id), mpc_union_count($id) FROM joint.customers"),
		$two->sql('shop', "SELECT count(*), ($any) FROM ($common) AS c"), 'how many');
	is($two->ask('shop', "SELECT k, mpc_intersect_count($id), mpc_intersect_sum($id, amount) FROM joint.customers WHERE k < 2 GROUP BY k ORDER BY k") =~ s/^\d+\|0\|\n?//mgr,
		$two->sql('shop', "SELECT k, count(DISTINCT $is), sum(amount) FROM shop_c WHERE k < 2 AND $is IN (SELECT $is FROM bank_c WHERE k < 2) GROUP BY k ORDER BY k"), 'and the sum of their rows');
	my $plain = $two->sql('shop', $any);
	my $estimate = $two->ask('bank', 'SELECT mpc_approx_count_distinct(' . $id . ') FROM joint.customers');
	cmp_ok(abs($estimate - $plain), '<=', 0.15 * $plain + 3, "about $plain, $estimate");
}
is($two->ask('shop', "SELECT encode(convert_to(m, 'UTF8'), 'hex') FROM mpc_intersect('joint.customers', 'q', NULL::varchar) AS m"), 'e0a495e0a4bc',
	'a normalized value may be longer than its column');
is($two->ask('shop', "SELECT count(*) FROM mpc_intersect('joint.customers', ARRAY['c6', 'c8']) AS (c6 text, c8 text)"),
	$two->sql('shop', 'SELECT count(*) FROM (' . join(' INTERSECT ', map { "SELECT alike(c6, 'trim lower'), alike(c8, 'digits') FROM ${_}_c WHERE alike(c6, 'trim lower') IS NOT NULL AND alike(c8, 'digits') IS NOT NULL" } $two->names) . ') AS c'),
	'of two columns, each by its own');

# Filters and keys stay as they are.
my $joint = '(SELECT c6, k FROM shop_c UNION ALL SELECT c6, k FROM bank_c) AS u';
is($two->ask('shop', 'SELECT count(*) FROM joint.customers WHERE c6 = \'A\''), $two->sql('shop', "SELECT count(*) FROM $joint WHERE c6 = 'A'"), 'a filter is not normalized');
is($two->ask('shop', 'SELECT c6, count(*) FROM joint.customers GROUP BY c6 ORDER BY c6 COLLATE "C"'),
	$two->sql('shop', "SELECT c6, count(*) FROM $joint GROUP BY c6 ORDER BY c6 COLLATE \"C\""), 'nor is a key');

# ---------------------------------------------------------------- as the manual has it

$two->sql('shop', q{CREATE TABLE people (k integer, email text, phone text, raw text);
	INSERT INTO people VALUES (1, 'A@X.org ', '+49 30 123', 'A@X.org '), (1, E'\ta@x.ORG\r\n', '(4930)-123', NULL), (2, '  ', 'none', NULL), (2, NULL, NULL, NULL), (2, E'\n', '-', NULL), (2, ' ', '', NULL)});
$two->sql('bank', q{CREATE TABLE people (k integer, email text, phone text, raw text);
	INSERT INTO people VALUES (1, 'a@x.org', '0049 30 123', 'a@x.org'), (1, 'A@x.org', '4930123', NULL), (2, E' \t', '+', NULL)});
my $people = '{"email": {"normalize": "trim lower"}, "phone": {"normalize": "digits"}}';
my %people = (relation => 'people', measures => ['k'], filters => ['k'], identifiers => [qw(email phone raw)], min_rows => 1, functions => ['all'], columns => $people, @open);
$two->publish('people', \%people);
$two->on_all('IMPORT FOREIGN SCHEMA offices LIMIT TO (people) FROM SERVER offices INTO joint; GRANT SELECT ON joint.people TO analyst');
is($two->ask('shop', q{SELECT mpc_intersect('joint.people', 'email')}), 'a@x.org', 'one address, however it is written');
is($two->ask('shop', q{SELECT mpc_intersect('joint.people', 'raw')}), '', 'not without normalization');
is($two->ask('shop', q{SELECT mpc_intersect('joint.people', 'phone')}), '4930123', 'digits; 00 is none of +');
is($two->ask('bank', 'SELECT mpc_union_count(phone) FROM joint.people'), '2', 'so these are two');
is($two->ask('shop', 'SELECT mpc_approx_count_distinct(email) FROM joint.people'), '1', 'counted once');
is($two->ask('shop', 'SELECT mpc_approx_count_distinct(email) FROM joint.people WHERE k = 2'), '0', 'nothing is left: no identifier');
is($two->ask('shop', 'SELECT mpc_approx_count_distinct(email) FILTER (WHERE k = 2), count(*) FROM joint.people'), '0|9', 'also by FILTER');
is($two->sql('shop', q{SELECT mpc_approx_count_distinct(email) FROM people}), '1', 'and over the own table');

# Blank values are no values for min_rows, either: a filter that leaves few of them out leaves nobody out.
$two->on_all(q{CREATE TABLE few AS SELECT 1 AS k, 'No ' || g AS id, 'No ' || g AS raw FROM generate_series(1, 20) AS g UNION ALL SELECT 2, ' ', ' ' FROM generate_series(1, 3)});
$two->publish('few', { relation => 'few', filters => ['k'], identifiers => [qw(id raw)], min_rows => 5, functions => ['all'], columns => '{"id": {"normalize": "trim lower"}}' });
$two->on_all('IMPORT FOREIGN SCHEMA offices LIMIT TO (few) FROM SERVER offices INTO joint; GRANT SELECT ON joint.few TO analyst');
cmp_ok($two->ask('shop', 'SELECT mpc_approx_count_distinct(id) FILTER (WHERE k = 1) FROM joint.few'), '>', 10, 'three blanks left out');
cmp_ok($two->ask('shop', 'SELECT mpc_approx_count_distinct(id) FROM joint.few'), '>', 10, 'or not');
is($two->ask('shop', 'SELECT mpc_approx_count_distinct(raw) FILTER (WHERE k = 1) FROM joint.few'), '0', 'three values left out are too few');

# ---------------------------------------------------------------- who disagrees

sub refused
{
	my ($theirs, $expected, $what) = @_;
	$two->publish('people', \%people, shop => undef, bank => { columns => $theirs });
	foreach my $sql (q{SELECT mpc_intersect('joint.people', 'email')}, 'SELECT mpc_approx_count_distinct(email) FROM joint.people')
	{
		my ($out, $err) = $two->ask_err('shop', $sql);
		like($err, qr/party "bank" publishes this dataset under another contract.*DETAIL:  \Q$expected\E/s, $what);
		is($out, '', 'and nothing is shown');
	}
	return;
}
refused('{"phone": {"normalize": "digits"}}', 'Identifier "email" is not normalized there and normalized by "trim lower" here.', 'none');
refused('{"email": {"normalize": "lower nfc"}, "phone": {"normalize": "digits"}}', 'Identifier "email" is normalized by "nfc lower" there and normalized by "trim lower" here.', 'another one');
is($two->ask('shop', 'SELECT mpc_intersect_count(phone) FROM joint.people'), '1', 'other columns go on');
is($two->sql('shop', q{SELECT party, type, "normalize", agrees FROM mpc.describe('offices') WHERE dataset = 'people' AND "column" IN ('email', 'raw') ORDER BY "column", party COLLATE "C"}),
	"(this database)|text|trim lower|f\nbank|text|nfc lower|f\n(this database)|text||t\nbank|text||t", 'mpc.describe tells');
is($two->sql('bank', q{SELECT "normalize" FROM mpc.datasets WHERE dataset = 'people'}), '{"email": "nfc lower", "phone": "digits"}', 'mpc.datasets, too');
$two->publish('people', \%people, shop => undef, bank => { columns => '{"phone": {"normalize": ["digits"]}, "email": {"normalize": ["lower", "trim"]}}' });
is($two->ask('bank', q{SELECT mpc_intersect('joint.people', 'email')}), 'a@x.org', 'another order of writing is the same contract');

# ---------------------------------------------------------------- another encoding

my $identity = $two->sql('bank', 'SELECT mpc_identity()');
$two->sql('shop', q{CREATE DATABASE latin ENCODING 'LATIN1' LOCALE 'C' TEMPLATE template0});
my $latin = $two->node('shop');
$latin->safe_psql('latin', "CREATE EXTENSION mpc_agg; SELECT mpc_identity(); CREATE SERVER bank FOREIGN DATA WRAPPER mpc_party OPTIONS (identity '$identity');"
	  . q{ CREATE SERVER pair FOREIGN DATA WRAPPER mpc_federation OPTIONS (parties 'bank'); CREATE TABLE people (email text)});
my $publish = q{SELECT mpc_publish('people', 'people', 'pair', identifiers => '{email}', columns => '{"email": {"normalize": "%s"}}')};
my (undef, undef, $err) = $latin->psql('latin', sprintf($publish, 'trim nfc'));
like($err, qr/identifier "email" cannot be normalized by "nfc" in a database with encoding "LATIN1"/, 'NFC needs UTF8');
$latin->safe_psql('latin', sprintf($publish, 'trim lower digits'));
is($latin->safe_psql('latin', q{SELECT "normalize" FROM mpc.datasets}), '{"email": "trim lower digits"}', 'the other steps do not');

done_testing();
