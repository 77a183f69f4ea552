/**
 * From packed integers and contents to the tokens of a transformer.
 *
 * <p>Only kept tokens are embedded, each table touched once per batch. Letters: B rows, N encoder
 * and M decoder places of a packed row, K kept tokens of one modality, D width.
 */
@NullMarked
package dev.masquerade.model.embed;

import org.jspecify.annotations.NullMarked;
