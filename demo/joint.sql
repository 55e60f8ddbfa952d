CREATE SCHEMA joint;
IMPORT FOREIGN SCHEMA offices FROM SERVER offices INTO joint;
GRANT USAGE ON SCHEMA joint TO analyst;
GRANT SELECT ON joint.workers TO analyst;
