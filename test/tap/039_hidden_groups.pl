# Is a group that may not be shown found anywhere? Neither the key of a few rows of one party
# (R3, R4), nor, by who asks in SQL, the group of one party alone (R7): whatever the
# statement, and in no error, plan, log or record of another party.

use strict;
use warnings FATAL => 'all';

use MpcTest;
use Test::More;

# The servers log as much as servers can.
my $fed = MpcTest::federation(names => [qw(north south west)], conf => <<'CONF');
shared_preload_libraries = 'auto_explain'
auto_explain.log_min_duration = 0
auto_explain.log_analyze = on
auto_explain.log_verbose = on
auto_explain.log_nested_statements = on
log_statement = all
log_min_messages = debug5
log_error_verbosity = verbose
CONF

# 200 groups of all, so that a sketch is retried; at south and at west one of 12 rows that
# nobody else has, and one of a single row.
$fed->on_all(q{
	CREATE TABLE pay (salary integer, dept text, team text);
	INSERT INTO pay SELECT 1000 + g % 7, 'dept' || g % 200, CASE g % 200 WHEN 0 THEN 'none' ELSE 'some' END FROM generate_series(1, 2000) g});
foreach my $name (qw(south west))
{
	my $text = uc $name;
	$fed->sql($name, qq{
		INSERT INTO pay SELECT 77001, 'ALONE_$text', 'alone_$name' FROM generate_series(1, 12);
		INSERT INTO pay SELECT 1000, 'dept' || g % 3, 'some' FROM generate_series(1, 30) g;
		INSERT INTO pay VALUES (66123, 'CANARY_$text', 'some')});
}
$fed->publish('pay', { relation => 'pay', keys => ['dept'], measures => ['salary'], filters => ['team'] });
$fed->import_joint;

# 12 rows, their sum, and the keys.
my $alone = qr/ALONE_|924012/;
my $canary = qr/CANARY_/;
my %from = map { $_ => $fed->log_end($_) } $fed->names;
my $shown = '';

sub ask
{
	my ($sql) = @_;
	my ($out, $err) = $fed->ask_err('north', "\\set VERBOSITY verbose\n\\set SHOW_CONTEXT always\n$sql;");
	$shown .= "$out\n$err\n";
	return wantarray ? ($out, $err) : $out;
}

sub requests { return $fed->sql('west', q{SELECT count(*) FROM mpc.ledger_entry WHERE role = 'peer'}); }

# ---------------------------------------------------------------- what is shown

my $before = requests();
my ($out, $err) = ask('SELECT dept, count(*), mpc_parties(*), mpc_remainder(*) FROM joint.pay GROUP BY dept ORDER BY dept');
is(requests() - $before, 2, 'a sketch that was too small, and a larger one');
my @rows = split(/\n/, $out);
my ($remainder) = grep { /\|t$/ } @rows;
is(scalar(grep { /^dept\d+\|\d+\|3\|f$/ } @rows), scalar(@rows) - 1, 'groups of all three');
like($remainder // '', qr/^\|\d+\|\|t$/, 'and a remainder, which is of nobody');
like($err, qr/NOTICE.*remainder/s, 'which is said');

# ---------------------------------------------------------------- what is not (R7)

foreach my $sql (
	'SELECT dept, count(*), sum(salary) FROM joint.pay GROUP BY dept',
	"SELECT dept, count(*) FROM joint.pay WHERE dept = 'ALONE_SOUTH' GROUP BY dept",
	"SELECT count(*), sum(salary) FROM joint.pay WHERE dept LIKE 'ALONE%' GROUP BY dept",
	"SELECT dept, count(*) FROM joint.pay GROUP BY dept HAVING dept > 'A' AND dept < 'B'",
	'SELECT dept, sum(salary) FROM joint.pay GROUP BY dept HAVING count(*) = 12',
	'SELECT dept, sum(salary) FROM joint.pay GROUP BY dept HAVING mpc_parties(*) = 1',
	'SELECT dept, sum(salary) FROM joint.pay GROUP BY dept HAVING avg(salary) > 70000',
	'SELECT dept, sum(salary) FROM joint.pay GROUP BY dept ORDER BY avg(salary) DESC LIMIT 1',
	'SELECT max(n) FROM (SELECT dept, avg(salary) AS n FROM joint.pay GROUP BY dept HAVING NOT mpc_remainder(*)) g',
	"WITH g AS MATERIALIZED (SELECT dept, sum(salary) FROM joint.pay GROUP BY dept) SELECT * FROM g WHERE dept !~ '^dept'",
	"PREPARE p(text) AS SELECT dept, count(*) FROM joint.pay WHERE dept = \$1 GROUP BY dept; EXECUTE p('ALONE_SOUTH')",
	"SET plan_cache_mode = force_generic_plan; PREPARE p(text) AS SELECT count(*), sum(salary) FROM joint.pay WHERE dept = \$1 GROUP BY dept; EXECUTE p('ALONE_WEST')",
	'BEGIN; DECLARE c CURSOR FOR SELECT dept, sum(salary) FROM joint.pay GROUP BY dept; FETCH ALL FROM c; COMMIT')
{
	unlike(scalar ask($sql), qr/$alone|\b77001\b/, "not shown: $sql");
}
foreach my $sql (
	'SELECT count(DISTINCT dept) FROM joint.pay',
	"SELECT count(DISTINCT dept) FROM joint.pay WHERE dept LIKE 'ALONE%'",
	"SELECT count(DISTINCT dept), sum(salary) FROM joint.pay WHERE team = 'alone_south'")
{
	($out, $err) = ask($sql);
	is($out, '', "not counted: $sql");
	like($err, qr/MP001|0A000: distinct keys cannot be counted exactly/, 'but an error');
}
foreach my $sql (
	"SELECT dept, count(*) FROM joint.pay WHERE team = 'alone_south' GROUP BY dept",
	"SELECT count(*) FROM joint.pay WHERE team = 'alone_south' GROUP BY dept HAVING mpc_remainder(*)",
	"SELECT dept, count(*) FROM joint.pay WHERE team IN ('alone_south', 'nowhere') GROUP BY dept HAVING count(*) > 0",
	"SELECT dept, count(*) FROM joint.pay WHERE team >= 'alone_s' AND team < 'alone_t' GROUP BY dept",
	"PREPARE p(text) AS SELECT dept, count(*) FROM joint.pay WHERE team = \$1 GROUP BY dept; EXECUTE p('alone_south')",
	"SELECT sum(salary) FROM joint.pay WHERE team = 'alone_south'")
{
	($out, $err) = ask($sql);
	is($out, '', "no row: $sql");
	like($err, qr/MP001/, 'too few parties');
}
unlike(scalar ask("SELECT dept, count(*), sum(salary) FROM joint.pay WHERE team LIKE 'alone%' GROUP BY dept"), $alone, 'two that are alone: one remainder, no keys');

# ---------------------------------------------------------------- plans, errors, logs

foreach my $format (qw(text json xml yaml))
{
	like(scalar ask("EXPLAIN (ANALYZE, VERBOSE, BUFFERS, FORMAT $format) SELECT dept, count(*), sum(salary) FROM joint.pay GROUP BY dept"), qr/Bytes/, "a plan in $format");
}
foreach my $sql ('SELECT dept, 1 / (count(*) - 33) FROM joint.pay GROUP BY dept', 'SELECT dept::integer, count(*) FROM joint.pay GROUP BY dept',
	'SELECT dept, count(*) / 0 FROM joint.pay GROUP BY dept')
{
	ask("BEGIN; $sql; ROLLBACK");
}
{
	# The own log of an asker that is told to print all it has.
	my $user = $fed->sql('north', 'SELECT current_user');
	my ($rc, $said, $noise) = $fed->node('north')->psql('postgres', "SET client_min_messages = debug5; SET debug_print_plan = on; SET debug_print_parse = on; SET debug_print_rewritten = on;"
		. ' SELECT dept, count(*), sum(salary) FROM joint.pay GROUP BY dept', connstr => $fed->node('north')->connstr('postgres') . " user=$user");
	is($rc, 0, 'a superuser who has everything printed');
	$shown .= "$said\n$noise\n";
}
# Where any number of parties will do, the group of one is shown, and its few rows still are not.
$fed->sql('north', q{ALTER SERVER offices OPTIONS (ADD min_contributors '0')});
($out, $err) = $fed->ask_err('north', 'SELECT dept, sum(salary) FROM joint.pay GROUP BY dept');
like($out, qr/^ALONE_SOUTH\|924012$/m, 'without min_contributors the group of one party is shown');
unlike($out . $err, qr/$canary|66123/, 'and no key of a few rows');
$fed->sql('north', q{ALTER SERVER offices OPTIONS (DROP min_contributors)});

# What the asker's sketch cannot hold: partly peeled keys are nobody's business.
$fed->sql('north', q{SELECT mpc_publish('pay', 'pay', 'offices', keys => '{dept}', measures => '{salary}', filters => '{team}', max_groups => 200)});
$fed->sql($_, qq{INSERT INTO pay SELECT 1000, 'more_$_' || g, 'more' FROM generate_series(1, 300) g, generate_series(1, 6)}) foreach qw(south west);
($out, $err) = ask('SELECT dept, count(*) FROM joint.pay GROUP BY dept');
is($out, '', 'more groups than max_groups: no row');
like($err, qr/54000: the groups of this joint question could not be decoded/, 'but an error');

unlike($shown, $canary, 'no key of a few rows in anything that was shown');
# the asker's own words name a key that it guesses
my $told = $shown =~ s/^.*(?:WHERE|EXECUTE|PREPARE|Filter|STATEMENT|LINE).*$//gmr;
unlike($told, $alone, 'nor one of one party');
unlike($told, qr/more_(south|west)\d/, 'nor one of a sketch that did not peel');
foreach my $name ($fed->names)
{
	my @others = map { uc } grep { $_ ne $name } $fed->names;
	my $log = $fed->log($name, $from{$name});
	foreach my $there (@others)
	{
		ok($log !~ /CANARY_$there|more_\L$there\E\d/, "the log of $name has no key of a few rows of $there, nor of a sketch that did not peel");
	}
	my $record = $fed->sql($name, 'SELECT string_agg(l::text, $$ $$) FROM mpc.ledger_entry l') // '';
	my $words = $fed->sql($name, 'SELECT string_agg(question, $$ $$) FROM mpc.ledger') // '';
	# requests stand there in hexadecimal digits, in which a short number comes by chance
	my $hex = unpack('H*', 'CANARY_');
	ok($record !~ /CANARY_|$hex/ && $words !~ /66123/, "nor has the record of $name");
	$log =~ s/'ALONE_(SOUTH|WEST)'//g;
	foreach my $there (@others)
	{
		ok($log !~ /ALONE_$there/, "the log of $name has no group of $there alone");
	}
}
ok($fed->log('north', $from{north}) =~ /masked field elements/, 'a log that has it all');
ok(join('', map { $fed->log($_) } $fed->names) !~ /terminated by signal|PANIC|TRAP/, 'nobody crashed');

done_testing();
