/**
 * Which part of a sample is looked at: one {@link dev.masquerade.modality.View} per use of a
 * sample, drawn once and applied to every spatial modality, so that all stay aligned. What pixels
 * of colours look like may be changed on top of that, by {@link
 * dev.masquerade.data.augment.Retoucher}s.
 */
@NullMarked
package dev.masquerade.data.augment;

import org.jspecify.annotations.NullMarked;
