/**
 * Which class a sample is of: from a member beside its pictures, or from the folder it came out of.
 */
@NullMarked
package dev.masquerade.data.label;

import org.jspecify.annotations.NullMarked;
