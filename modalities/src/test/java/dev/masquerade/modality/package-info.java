/**
 * What every kind of modality must keep to: {@link dev.masquerade.modality.ModalityContract}, which
 * plugins test themselves against.
 */
@NullMarked
package dev.masquerade.modality;

import org.jspecify.annotations.NullMarked;
