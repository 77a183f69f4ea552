/**
 * Images one after another, as looking at a trained model needs them: a folder or a split of a data
 * set, in a fixed order, with their names and labels, decoded ahead of whoever takes them.
 *
 * <p>Nothing is drawn by chance here: every image is seen once, by its centre.
 */
@NullMarked
package dev.masquerade.data.image;

import org.jspecify.annotations.NullMarked;
