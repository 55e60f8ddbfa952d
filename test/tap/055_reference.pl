# Does docs/reference.md name what a server with the extension has, all of it, and nothing else?

use strict;
use warnings FATAL => 'all';

use FindBin;
use IPC::Run qw(run);
use MpcTest;
use Test::More;

my $node = MpcTest::single()->node('alone');
local @ENV{qw(PGHOST PGPORT PGDATABASE)} = ($node->host, $node->port, 'postgres');
my $output = '';
run([ "$FindBin::Bin/../../docs/check-reference" ], '>&', \$output);
is($output, "docs/reference.md and the server agree.\n", 'docs/check-reference finds nothing');

done_testing();
