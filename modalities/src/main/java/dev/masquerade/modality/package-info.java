/**
 * What a modality is, apart from any model and any file format.
 *
 * <p>A {@link dev.masquerade.modality.ModalitySpec} says which tokens a modality has ({@link
 * dev.masquerade.modality.TokenSpace}) and how they are arranged ({@link
 * dev.masquerade.modality.TokenLayout}). A {@link dev.masquerade.modality.Modality} is the
 * extension point: it turns the stored bytes of one sample into tokens. Everything here is plain
 * Java.
 */
@NullMarked
package dev.masquerade.modality;

import org.jspecify.annotations.NullMarked;
