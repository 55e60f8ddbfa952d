/*
 * version.h
 *		The version of this library; that of the control file must be the same.
 */
#ifndef MPC_CATALOG_VERSION_H
#define MPC_CATALOG_VERSION_H

#define MPC_LIBRARY_VERSION "0.1.0"

#endif							/* MPC_CATALOG_VERSION_H */
