# Does docs/tutorial.md print what it says it prints?
#
# Each block marked sql is run in one psql session, in the order of the page. What it prints must be the unmarked block
# that follows it; where there is none, it must print nothing. The page shows nothing random.

use strict;
use warnings FATAL => 'all';

use FindBin;
use IPC::Run qw(run);
use MpcTest;
use PostgreSQL::Test::Utils;
use Test::More;

my $page = slurp_file("$FindBin::Bin/../../docs/tutorial.md");
my @steps;
while ($page =~ /^```(\w*)\n(.*?)^```\n/msg)
{
	my ($language, $text) = ($1, $2);
	if ($language eq 'sql') { push @steps, { sql => $text, expected => '' }; }
	else { $steps[-1]{expected} .= $text; }
}
cmp_ok(scalar @steps, '>', 5, 'the page has statements');

# psql's own words between the statements tell where the output of each ends.
my $fed = MpcTest::single();
my $mark = '-- end of a step --';
my $input = join('', map { "$_->{sql}\\echo $mark\n" } @steps);
my @psql = ('psql', '-X', '-q', '-d', $fed->node('alone')->connstr('postgres'));
my $output = '';
run(\@psql, '<', \$input, '>&', \$output) or die "psql failed: $output";

my @printed = split(/^\Q$mark\E\n/m, $output, -1);
is(scalar @printed, @steps + 1, 'every statement was run');
foreach my $i (0 .. $#steps)
{
	# psql ends every table with an empty line and fills up its headings with blanks, the page does neither
	my $printed = ($printed[$i] // '') =~ s/ +$//gmr =~ s/\n\n/\n/gr;
	is($printed, $steps[$i]{expected}, (split /\n/, $steps[$i]{sql})[-1]);
}

done_testing();
