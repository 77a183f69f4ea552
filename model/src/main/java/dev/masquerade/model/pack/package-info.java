/**
 * Packing: of everything a batch holds, only the places that one side of a model uses.
 *
 * <p>A {@link dev.masquerade.model.pack.Packer} reads a {@link dev.masquerade.masking.MaskedBatch}
 * and writes integers: which tokens are kept, where they stand in the packed row, which position
 * and which modality each has. Tokens are embedded after that, so what is dropped costs nothing.
 * Plain Java over direct buffers; no engine is touched.
 *
 * <p>Letters: B rows, L places of one modality, N encoder places of a packed row, M decoder places,
 * K kept tokens of one modality over all rows.
 */
@NullMarked
package dev.masquerade.model.pack;

import org.jspecify.annotations.NullMarked;
