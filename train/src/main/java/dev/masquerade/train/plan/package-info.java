/**
 * Plans of generation as files: read against the model that is to follow them, written back in
 * full, and built in for those who need not know any of it.
 */
@NullMarked
package dev.masquerade.train.plan;

import org.jspecify.annotations.NullMarked;
