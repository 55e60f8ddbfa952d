CREATE SERVER trade FOREIGN DATA WRAPPER mpc_federation OPTIONS (parties :'partners');
SELECT mpc_publish('customers', 'trade.customers', federation => 'trade',
    identifiers => '{email}', "intersect" => 'members');
