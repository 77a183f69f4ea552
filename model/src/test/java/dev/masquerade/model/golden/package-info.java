/**
 * Reads the reference's numbers: where their files lie, and which model each of them is of. Names,
 * dimensions and flags all come from the files, so that another directory of the same layout works
 * as well.
 */
@NullMarked
package dev.masquerade.model.golden;

import org.jspecify.annotations.NullMarked;
