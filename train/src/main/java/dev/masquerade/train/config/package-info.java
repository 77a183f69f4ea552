/**
 * Everything that decides a run, as records that cannot be wrong.
 *
 * <p>{@link dev.masquerade.train.config.RunConfigReader} reads {@code run.textproto} and the
 * manifests it names, fills in defaults, and reports everything that does not fit at once. {@link
 * dev.masquerade.train.config.RunConfigWriter} writes a configuration back with nothing left out,
 * and digests what decides numbers. Lengths of training are steps here, however they were written;
 * paths are absolute.
 */
@NullMarked
package dev.masquerade.train.config;

import org.jspecify.annotations.NullMarked;
