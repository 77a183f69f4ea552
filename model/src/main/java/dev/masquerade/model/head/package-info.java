/**
 * From decoder places to predictions and losses, one head per target modality.
 *
 * <p>Letters: B rows, M decoder places, K targets of one modality, V its vocabulary, D width.
 */
@NullMarked
package dev.masquerade.model.head;

import org.jspecify.annotations.NullMarked;
