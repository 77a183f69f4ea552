/**
 * What a run leaves on the disk, so written that a kill, a crash or a full disk at any moment loses
 * nothing that was whole before.
 *
 * <p>A {@link dev.masquerade.train.checkpoint.RunDirectory} belongs to one process at a time. A
 * {@link dev.masquerade.train.checkpoint.CheckpointStore} writes each checkpoint under another
 * name, forces it to the disk and renames it; the file {@code LATEST} names the newest whole one.
 * The run directory is the only interface between training and whatever shows it.
 */
@NullMarked
package dev.masquerade.train.checkpoint;

import org.jspecify.annotations.NullMarked;
