/**
 * Which places of a grid are seen and which are removed: the mask makers of masked autoencoders.
 * Each draws for one sample from that sample's stream; {@link
 * dev.masquerade.masking.place.BlockBatch} alone draws for a batch at once.
 *
 * <p>Places count row by row. A ratio is the share of places that is removed.
 */
@NullMarked
package dev.masquerade.masking.place;

import org.jspecify.annotations.NullMarked;
