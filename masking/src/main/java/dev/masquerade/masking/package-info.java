/**
 * Which token goes where: for each sample and modality, what the encoder sees, what the decoder
 * predicts and what is dropped, written into a {@link dev.masquerade.masking.MaskedBatch}.
 *
 * <p>Two things are called mask in this field and are never mixed here. An <em>ignore mask</em>
 * says that a place holds nothing for one side ({@code encoderIgnored}, {@code decoderIgnored};
 * {@code true} means not there). The <em>token assignment</em> is the three-way choice itself.
 * Letters: B rows of a batch, L places of one modality.
 */
@NullMarked
package dev.masquerade.masking;

import org.jspecify.annotations.NullMarked;
