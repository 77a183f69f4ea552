/**
 * What makes data sets: writers of shards and of token shards, and imports of a user's own files.
 *
 * <p>Everything written is a function of its input: equal content gives equal bytes, so that hashes
 * in manifests mean something. A file appears under its name only when it is whole.
 */
@NullMarked
package dev.masquerade.data.prepare;

import org.jspecify.annotations.NullMarked;
