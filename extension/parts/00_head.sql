\echo Use "CREATE EXTENSION mpc_agg" to load this file. \quit

