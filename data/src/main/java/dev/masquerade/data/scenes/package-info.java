/**
 * A small world that is rendered instead of downloaded: coloured solids on a table, with every map
 * a multimodal model is trained on, exactly aligned.
 *
 * <p>A {@link dev.masquerade.data.scenes.Scene} is a pure function of a seed and an index. {@link
 * dev.masquerade.data.scenes.SceneRenderer} casts its rays and gives {@link
 * dev.masquerade.data.scenes.SceneFrames}, {@link dev.masquerade.data.scenes.SceneSample} stores
 * them as ordinary JPEG, PNG, txt and json members, and {@code SceneDataset} writes shards and a
 * manifest, so that rendered scenes go through the same code as anybody's own data.
 *
 * <p>The world has x to the right, y away from the viewer and z up; the table is the plane z = 0
 * and a wall stands at its far edge. Lengths are in scene units; a solid is one to three units
 * wide. Arithmetic is plain double precision without library functions that differ between
 * platforms, so that equal scenes have equal frames everywhere.
 */
@NullMarked
package dev.masquerade.data.scenes;

import org.jspecify.annotations.NullMarked;
