SELECT "check", status, detail FROM mpc_check();
