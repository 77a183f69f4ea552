/**
 * Pieces of methods that predict what an encoder makes of hidden patches instead of their pixels:
 * predictors (I-JEPA, CAPI, AIM) and losses between a student and its teacher (iBOT, DINO, MSN,
 * PMSN, KoLeo, CAPI). Each computes on arrays and can be put together by those who build networks
 * of their own; {@link dev.masquerade.model.latent.LatentKernels} compiles what they need.
 *
 * <p>Letters: {@code B} rows, {@code N} context tokens, {@code M} tokens to predict, {@code L}
 * places of the grid, {@code D} width of the encoder, {@code d} of a predictor, {@code K}
 * prototypes, clusters or outputs. Arrays that methods return belong to the scope of the call and
 * are float32.
 */
@NullMarked
package dev.masquerade.model.latent;

import org.jspecify.annotations.NullMarked;
