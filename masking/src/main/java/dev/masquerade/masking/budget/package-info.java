/**
 * How many tokens each modality of a sample may give to the encoder and to the decoder: Dirichlet
 * draws, caps, floors and the retries that floors need. Nothing here knows what a token is.
 */
@NullMarked
package dev.masquerade.masking.budget;

import org.jspecify.annotations.NullMarked;
