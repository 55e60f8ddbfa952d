# Do the examples give the figures that were published?
#
# examples/run compares each joint answer with plain SQL over all rows, and with the figures that stand in the
# example. Here stand the published figures once more (and where supply meets demand among bids that are made
# up), and that a wrong one is noticed.

use strict;
use warnings FATAL => 'all';

use Cwd qw(abs_path);
use File::Basename qw(dirname);
use FindBin;
use IPC::Run qw(run);
use PostgreSQL::Test::Utils;
use Test::More;

my $top = abs_path("$FindBin::Bin/../..");
my ($initdb) = grep { -x } map { "$_/initdb" } split(/:/, $ENV{PATH});
$ENV{BINDIR} = dirname($initdb);

# What examples/run prints, without the blanks of tables; and its exit code.
sub examples
{
	my $printed = '';
	run([ "$top/examples/run", @_ ], '>&', \$printed);
	my $status = $?;
	return ($printed =~ s/ *\| */|/gr =~ s/^ +//gmr, $status);
}

my ($printed, $status) = examples();
is($status, 0, 'every answer is that of plain SQL and what was published') or diag($printed);

my %figures = (
	pay_gap => [ '2016|112600', '2019|136437', '78954|103155|77', 'administrative|102', 'all|70', 'asian|67',
		'black|49', 'executive|70', 'hispanic|45', 'service|45', 'white|70' ],
	market_concentration => ['4|2600'],
	sugar_beets => [ '1|1229', '4000|1229', '1791|25492|25482' ],
	survival => [ '6-MP|21|9|19.25|16.79|1|t', 'placebo|21|21|10.75|16.79|1|t', '6-MP|6|21|3|0.8571', 'placebo|23|1|1|0.0000' ]);
my ($heading, %part) = split(/^== (\w+)\n/m, $printed);
foreach my $name (sort keys %figures)
{
	like($part{$name} // '', qr/^\Q$_\E$/m, "$name: $_") foreach @{ $figures{$name} };
}

foreach my $file (glob("$top/examples/*.sql"))
{
	my $text = slurp_file($file);
	my $questions = () = $text =~ /^-- == question: /mg;
	my $published = () = $text =~ /^-- == published: /mg;
	my ($name) = $file =~ /(\w+)\.sql$/;
	my $asked = () = ($part{$name} // '') =~ /^= (?:plain SQL|what was published)/mg;
	cmp_ok($published, '>', 0, "$name has published figures");
	cmp_ok($asked, '>=', $questions, "$name: each of $questions questions was compared");
}

# A figure that nobody published, rows that plain SQL does not see, and nothing to compare with.
my $directory = PostgreSQL::Test::Utils::tempdir_short();
my $tiny = <<'SQL';
-- How many?
-- == parties: a b c
-- == rows: a b c
CREATE TABLE t AS SELECT :number AS x FROM generate_series(1, 10);
-- == publish: a b c
SELECT mpc_publish('t', 't', federation => 'offices', measures => '{x}');
-- == question: all
SELECT count(*), sum(x) FROM joint.t;
-- == published: here
-- 30 | 60
SQL

my %wrong = (
	figure => [ $tiny =~ s/30 \| 60/30 | 61/r, 'NOT WHAT WAS PUBLISHED: 30|61' ],
	rows => [ $tiny =~ s/10\)/10) WHERE current_database() NOT LIKE '%union' OR :number < 3/r,
		'PLAIN SQL OVER ALL ROWS SAYS SOMETHING ELSE' ],
	nothing => [ $tiny =~ s/sum/mpc_sum/r =~ s/-- == published.*//sr, 'THERE IS NOTHING TO COMPARE WITH' ]);
append_to_file("$directory/wrong_$_.sql", $wrong{$_}[0]) foreach keys %wrong;
($printed, $status) = examples(map { "$directory/wrong_$_.sql" } sort keys %wrong);
isnt($status, 0, 'what differs fails');
like($printed, qr/^3 questions, 3 differences$/m, 'each is counted');
($heading, %part) = split(/^== (\w+)\n/m, $printed);
like($part{"wrong_$_"} // '', qr/^\Q$wrong{$_}[1]\E$/m, "wrong $_: $wrong{$_}[1]") foreach sort keys %wrong;

done_testing();
