/**
 * Pictures: from stored bytes to 8-bit patches.
 *
 * <p>{@link dev.masquerade.modality.image.ImageDecoder} reads JPEG, PNG and WebP and refuses what
 * is cut short, damaged or too large. {@link dev.masquerade.modality.image.ViewSampler} crops,
 * resizes and flips in one go, with the arithmetic of Pillow. {@link
 * dev.masquerade.modality.image.Patches} cuts frames into patches and joins them again.
 */
@NullMarked
package dev.masquerade.modality.image;

import org.jspecify.annotations.NullMarked;
