/**
 * Samples where they are stored: WebDataset tars and folders, read at random.
 *
 * <p>Samples are addressed, not streamed. A {@link dev.masquerade.data.shard.Shard} lists the
 * members of its files once, by walking tar headers without reading what lies between, groups them
 * by key and from then on reads any member of any sample from any thread. A shard may be one tar
 * whose members carry their modality ({@code key.modality.ext}), one tar per modality joined by
 * key, or folders in either of these shapes. {@link dev.masquerade.data.shard.ShardSource} is the
 * door through which other storage than files comes in.
 */
@NullMarked
package dev.masquerade.data.shard;

import org.jspecify.annotations.NullMarked;
