/**
 * Reads what {@code torch.save} writes, without Python and without running anything: the zip format
 * and the one before PyTorch 1.6.
 *
 * <p>Such a file is a program that builds objects. Only names of a fixed list may be called in it
 * ({@code AllowedNames}), each of which makes plain values and nothing else; everything a file
 * claims is checked against its size before memory is taken for it.
 */
@NullMarked
package dev.masquerade.model.weights.pickle;

import org.jspecify.annotations.NullMarked;
