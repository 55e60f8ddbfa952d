/*
 * dataset_columns.h
 *		Inside catalog/ only: the columns of a dataset, table mpc.dataset_column.
 */
#ifndef MPC_DATASET_COLUMNS_H
#define MPC_DATASET_COLUMNS_H

#include "postgres.h"

#include "catalog/datasets.h"

/* A cell of SPI_tuptable as text, palloc'd; NULL where it is null. */
extern char *mpc_cell_text(uint64 row, int column);

/* A cell that is never null. */
extern Datum mpc_cell(uint64 row, int column);

/* Fills contract and lookups of a dataset whose name and federation are set. SPI connected; allocates in "context". */
extern void mpc_dataset_columns_read(MpcDataset *dataset, MemoryContext context);

/* Writes them in the place of all that were there. SPI connected. */
extern void mpc_dataset_columns_write(const MpcDataset *dataset);

#endif							/* MPC_DATASET_COLUMNS_H */
