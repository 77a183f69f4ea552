/**
 * What a data set is: its modalities, and the shards that hold its samples.
 *
 * <p>A {@link dev.masquerade.data.manifest.DatasetManifest} is read from a file with {@link
 * dev.masquerade.data.manifest.ManifestReader}, which reports everything that is wrong at once, and
 * written with {@link dev.masquerade.data.manifest.ManifestWriter}. Paths and URIs in the records
 * are absolute; in the files they are relative to the manifest where they share a folder with it,
 * so that the folder can be moved as a whole.
 */
@NullMarked
package dev.masquerade.data.manifest;

import org.jspecify.annotations.NullMarked;
